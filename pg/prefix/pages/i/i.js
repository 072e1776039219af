Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; Object.keys(a).forEach(k=>{ b['x'+k]=a[k]}); b.p=b.xp; b.q=b.xq
sink(b.p);
sink(b.q);
}})
