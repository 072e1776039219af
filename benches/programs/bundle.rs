//! One line of a minified bundle: modules by number, short names, no blanks.

/// A bundle of about so many bytes.
pub fn bundle(bytes: usize) -> String {
    let mut text = HEAD.to_owned();
    let mut at = 0;
    while text.len() < bytes {
        let body = MODULES[at % MODULES.len()];
        let before = if at < 8 { 0 } else { at - at % 7 - 1 };
        text +=
            &format!("{at}:(e,t,n)=>{{{}}},", body.replace("#B#", &before.to_string()).replace("#N#", &at.to_string()));
        at += 1;
    }
    text + &TAIL.replace("#ALL#", &(0..at).map(|at| at.to_string()).collect::<Vec<_>>().join(","))
}

const HEAD: &str = "(()=>{var r={";
const TAIL: &str = "},o={};function i(e){var t=o[e];if(void 0!==t)return t.exports;var n=o[e]={id:e,exports:{}};return r[e].call(n.exports,n,n.exports,i),n.exports}i.d=(e,t)=>{for(var n in t)i.o(t,n)&&!i.o(e,n)&&Object.defineProperty(e,n,{enumerable:!0,get:t[n]})},i.o=(e,t)=>Object.prototype.hasOwnProperty.call(e,t),i.r=e=>{Object.defineProperty(e,\"__esModule\",{value:!0})};[#ALL#].forEach((function(e){i(e)}))})();\n";

const MODULES: [&str; 5] = [
    "\"use strict\";n.r(t),n.d(t,{default:()=>s,get:()=>c});var r=n(#B#);function o(e){return e&&e.length?e[e.length-1]:void 0}function s(e,t){var n=[],i=0;for(;i<e.length;)n.push(t?t(e[i],i):e[i]),i++;return n.filter((function(e){return null!=e&&!1!==e}))}function c(e,t,n){for(var r=(\"\"+t).split(\".\"),i=e,a=0;a<r.length&&null!=i;a++)i=i[r[a]];return void 0===i?n:i}t.last=o,t.up=r&&r.last?r.last(r.all||[]):null;",
    "var r=n(#B#),i=function(){function e(e){this.o=e||{},this.q=[],this.s=0}return e.prototype.push=function(e){return this.q.push(e),1===++this.s&&this.run(),this},e.prototype.run=function(){var e=this,t=this.q.shift();return t?Promise.resolve(t()).then((function(){return e.s--,e.run()}),(function(t){throw e.s=0,e.o.fail&&e.o.fail(t),t})):Promise.resolve()},e}();e.exports={Q:i,v:\"#N#\",make:function(e){return new i(Object.assign({fail:function(e){console.error(e)}},e,r&&r.opt))}};",
    "var r,i,a=n(#B#);!function(e){e[e.A=0]=\"A\",e[e.B=1]=\"B\",e[e.C=2]=\"C\"}(r||(r={})),t.kind=r,t.step=function(e,t){switch(t.type){case r.A:return Object.assign({},e,{n:e.n+1,l:e.l.concat(t.v)});case r.B:return e.n>0?Object.assign({},e,{n:e.n-1}):e;case r.C:return i?i(e):{n:0,l:[]};default:return e}},t.hook=function(e){i=e},t.all=[a,t.step,t.hook];",
    "Object.defineProperty(t,\"__esModule\",{value:!0}),t.enc=function(e){for(var t=\"\",n=0;n<e.length;n++){var r=e.charCodeAt(n);t+=r<16?\"0\"+r.toString(16):r.toString(16)}return t},t.dec=function(e){for(var t=\"\",n=0;n<e.length;n+=2)t+=String.fromCharCode(parseInt(e.substr(n,2),16));return t};var r=n(#B#);t.sum=function(e){return e.reduce((function(e,t){return(e<<5)-e+t|0}),r&&r.v?5381:#N#)};",
    "\"use strict\";var r=this&&this.__assign||function(){return r=Object.assign||function(e){for(var t,n=1,r=arguments.length;n<r;n++)for(var i in t=arguments[n])Object.prototype.hasOwnProperty.call(t,i)&&(e[i]=t[i]);return e},r.apply(this,arguments)};var i=n(#B#);t.opt={id:#N#},t.conf=r(r({},t.opt),{on:!0,name:\"m#N#\",deep:{a:[1,2,3],b:i&&i.opt?i.opt.id:null}}),t.send=function(e,n){return new Promise((function(i,a){wx.request({url:\"https://b.example.com/\"+t.conf.name,method:n||\"GET\",data:r({},e),success:function(e){i(e.data)},fail:a})}))};",
];
