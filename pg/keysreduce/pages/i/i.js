Page({go(e){const a={p:source(),q:e.timeStamp};
const b=Object.keys(a).reduce((acc,k)=>({...acc,[k]:a[k]}),{})
sink(b.p);
sink(b.q);
}})
