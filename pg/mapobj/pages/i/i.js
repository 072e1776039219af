Page({go(e){const a={p:source(),q:e.timeStamp};
const f=(o,fn)=>Object.keys(o).reduce((r,k)=>{r[k]=fn(o[k],k);return r},{}); const b=f(a,x=>x)
sink(b.p);
sink(b.q);
}})
