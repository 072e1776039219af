Page({go(e){const a={p:source(),q:e.timeStamp};
const b=Object.fromEntries(Object.entries(a).map(([k,v])=>[k,v+'']))
sink(b.p);
sink(b.q);
}})
