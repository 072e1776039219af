Page({go(e){const a={p:source(),q:e.timeStamp};
wx.setStorageSync('p',a.p);wx.setStorageSync('q',a.q); const b={}; wx.getStorageInfoSync().keys.forEach(k=>{b[k]=wx.getStorageSync(k)})
sink(b.p);
sink(b.q);
}})
