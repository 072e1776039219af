Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; for (const [k,v] of new Map(Object.entries(a))) b[k]=v
sink(b.p);
sink(b.q);
}})
