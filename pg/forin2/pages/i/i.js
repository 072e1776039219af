Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; function f(x){return x} for(const k in a){ b[k]=f(a[k])}
sink(b.p);
sink(b.q);
}})
