Page({go(e){const a={p:source(),q:e.timeStamp};
const b={}; Object.entries(a).forEach(e=>{b[e[0]]=e[1]})
sink(b.p);
sink(b.q);
}})
