Page({go(e){const a={p:source(),q:e.timeStamp};
wx.setStorageSync('p',a.p);wx.setStorageSync('q',a.q); const b={}; for(const k of ['p','q']) b[k]=wx.getStorageSync(k)
sink(b.p);
sink(b.q);
}})
