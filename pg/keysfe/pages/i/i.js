Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; Object.keys(a).forEach(k=>{ b[k]=String(a[k])})
sink(b.p);
sink(b.q);
}})
