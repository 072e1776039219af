Page({go(e){const a={p:source(),q:e.timeStamp};
wx.setStorageSync('p',a.p);wx.setStorageSync('q',a.q); const b=Object.fromEntries(wx.getStorageInfoSync().keys.map(k=>[k,wx.getStorageSync(k)]))
sink(b.p);
sink(b.q);
}})
