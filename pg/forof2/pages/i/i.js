Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; for(const e of Object.entries(a)) { const k=e[0]; b[k]=e[1] }
sink(b.p);
sink(b.q);
}})
