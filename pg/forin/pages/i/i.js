Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; for(const k in a){ const v=a[k]; b[k]=String(v)}
sink(b.p);
sink(b.q);
}})
