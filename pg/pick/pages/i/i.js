Page({go(e){const a={p:source(),q:e.timeStamp};
const pick=(o,ks)=>ks.reduce((r,k)=>{ if(k in o) r[k]=o[k]; return r},{}); const b=pick(a,['p','q'])
sink(b.p);
sink(b.q);
}})
