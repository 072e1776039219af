Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; const put=(k,v)=>{b[k]=v}; Object.entries(a).forEach(([k,v])=>put(k,v))
sink(b.p);
sink(b.q);
}})
