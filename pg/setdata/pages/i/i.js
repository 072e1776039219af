Page({go(e){const a={p:source(),q:e.timeStamp};
let d={}; const P={setData(x){Object.keys(x).forEach(k=>{d[k]=x[k]})}}; Object.entries(a).forEach(([k,v])=>P.setData({[k]:v})); const b=d
sink(b.p);
sink(b.q);
}})
