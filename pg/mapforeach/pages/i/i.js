Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; new Map(Object.entries(a)).forEach((v,k)=>{b[k]=v})
sink(b.p);
sink(b.q);
}})
