Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; Object.keys(a).map(k=>({key:k,value:a[k]})).forEach(e=>{b[e.key]=e.value})
sink(b.p);
sink(b.q);
}})
