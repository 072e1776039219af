Page({go(e){const a={p:source(),q:e.timeStamp};
wx.setStorageSync('p',a.p);wx.setStorageSync('q',a.q); const b=Object.fromEntries(['p','q'].map(k=>[k,wx.getStorageSync(k)]))
sink(b.p);
sink(b.q);
}})
