Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; Object.entries(a).forEach(([k,v])=>{b[k]=v})
sink(b.p);
sink(b.q);
}})
