Page({go(e){const a={p:source(),q:e.timeStamp};
const m=new Map(); for(const k of Object.keys(a)) m.set(k,a[k]); const b={p:m.get('p'),q:m.get('q')}
sink(b.p);
sink(b.q);
}})
