Page({go(e){const a={p:source(),q:e.timeStamp};
const b=Object.entries(a).reduce((acc,[k,v])=>{acc[k]=v; return acc},{})
sink(b.p);
sink(b.q);
}})
