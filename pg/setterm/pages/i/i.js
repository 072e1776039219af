Page({go(e){const a={p:source(),q:e.timeStamp};
const m=new Map(); Object.entries(a).forEach(([k,v])=>m.set(k,v)); const b={p:m.get('p'),q:m.get('q')}
sink(b.p);
sink(b.q);
}})
