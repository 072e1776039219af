Page({go(e){const a={p:source(),q:e.timeStamp};
const b=Object.fromEntries(Object.keys(a).map(k=>[k,a[k]]))
sink(b.p);
sink(b.q);
}})
