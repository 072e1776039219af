Page({go(e){const a={p:source(),q:e.timeStamp};
const b=Object.fromEntries(Object.entries(a).filter(([k,v])=>v!==null))
sink(b.p);
sink(b.q);
}})
