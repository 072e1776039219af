Page({go(e){const a={p:source(),q:e.timeStamp};
Object.entries(a).forEach(([k,v])=>wx.setStorageSync(k,v)); const b={p:wx.getStorageSync('p'),q:wx.getStorageSync('q')}
sink(b.p);
sink(b.q);
}})
