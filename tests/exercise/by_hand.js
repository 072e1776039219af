// Programs for flows of steps that cannot be put together from the models alone: what goes in comes out by another
// step, by an event, or by what the language does. A head names the flow, as `step: from -> to`; several heads may stand
// above one program. `CALL` is the callee, whose receiver is `t`
// (`HOLDER`), and `PAGE` the path of the page. What begins with
// `Page(` is the whole script, and lines that begin with `<` are the template. `//> sink, host` says where the data goes
// if it does not go to the probe.

//: Array#at: this.{arg[0]} -> return
this.list = [0, seed()];
const t = this.list;
probe(CALL(1));
miss(CALL(0));

//: Map#forEach: this.@entries.{arg[0].param[1]} -> arg[0].param[0]
const t = new Map([['a', seed()], ['b', 1]]);
const out = {};
CALL((value, key) => { out[key] = value; });
probe(out.a);
miss(out.b);

//: Array#reduce: arg[1] -> return
const t = [];
probe(CALL(() => 1, seed()));
miss([1].reduce(() => 1, seed()));

//: AsyncIterator#next: arg[0] -> this.@sent
async function* steps() { probe(yield 1); }
const t = steps();
CALL(seed());

//: AsyncIterator#next: this.@error -> return.@error
async function* steps() { throw seed(); }
const t = steps();
CALL().catch((error) => probe(error));

//: AsyncIterator#throw: arg[0] -> this.@thrown
async function* steps() { try { yield 1; } catch (error) { probe(error); } }
const t = steps();
CALL(seed());

//: Iterator#next: arg[0] -> this.@sent
function* steps() { probe(yield 1); }
const t = steps();
CALL(seed());

//: Iterator#throw: arg[0] -> this.@thrown
function* steps() { try { yield 1; } catch (error) { probe(error); } }
const t = steps();
CALL(seed());

//: Iterator#@@iterator: this -> return
async function* steps() { yield seed(); }
const t = steps();
CALL().next().then((step) => probe(step.value));

//: Canvas#getContext: this -> return.@canvas
const t = wx.createOffscreenCanvas();
CALL('2d').fillText(seed(), 0, 0);
probe(t.toDataURL());

//: Canvas#toDataURL: this.@drawn -> return
const t = wx.createOffscreenCanvas();
t.getContext('2d').fillText(seed(), 0, 0);
probe(CALL());

//: CanvasContext#fillText: arg[0] -> this.@canvas.@drawn
const canvas = wx.createOffscreenCanvas();
const t = canvas.getContext('2d');
CALL(seed(), 0, 0);
probe(canvas.toDataURL());

//: CanvasContext#fillText: arg[0] -> this.@drawn
const t = wx.createCanvasContext('PAGE');
CALL(seed(), 0, 0);
wx.canvasToTempFilePath({ canvasId: 'PAGE', success: (made) => probe(made.tempFilePath) });

//: CanvasContext#drawImage: arg[0] -> this.@drawn
const t = wx.createCanvasContext('PAGE');
CALL(seed(), 0, 0);
wx.canvasToTempFilePath({ canvasId: 'PAGE', success: (made) => probe(made.tempFilePath) });

//: CanvasContext#drawImage: arg[0].src -> this.@canvas.@drawn
const canvas = wx.createOffscreenCanvas();
const t = canvas.getContext('2d');
const image = canvas.createImage();
image.src = seed();
CALL(image, 0, 0);
probe(canvas.toDataURL());

//: CanvasContext#drawImage: arg[0].@drawn -> this.@canvas.@drawn
const part = wx.createOffscreenCanvas();
part.getContext('2d').fillText(seed(), 0, 0);
const canvas = wx.createOffscreenCanvas();
const t = canvas.getContext('2d');
CALL(part, 0, 0);
probe(canvas.toDataURL());

//: wx.canvasToTempFilePath: store(wx.canvas).{arg[0].canvasId}.@drawn -> arg[0].success.param[0].tempFilePath
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE', success: (made) => probe(made.tempFilePath) });

//: wx.canvasToTempFilePath: store(wx.canvas).{arg[0].canvasId}.@drawn -> arg[0].complete.param[0].tempFilePath
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE', complete: (made) => probe(made.tempFilePath) });

//: wx.canvasToTempFilePath: store(wx.canvas).{arg[0].canvasId}.@drawn -> return.@promise.tempFilePath
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE' }).then((made) => probe(made.tempFilePath));

//: wx.canvasGetImageData: store(wx.canvas).{arg[0].canvasId}.@drawn -> arg[0].success.param[0].data
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE', success: (made) => probe(made.data) });

//: wx.canvasGetImageData: store(wx.canvas).{arg[0].canvasId}.@drawn -> arg[0].complete.param[0].data
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE', complete: (made) => probe(made.data) });

//: wx.canvasGetImageData: store(wx.canvas).{arg[0].canvasId}.@drawn -> return.@promise.data
wx.createCanvasContext('PAGE').fillText(seed(), 0, 0);
CALL({ canvasId: 'PAGE' }).then((made) => probe(made.data));

//: wx.canvasToTempFilePath: arg[0].canvas.@drawn -> arg[0].success.param[0].tempFilePath
const canvas = wx.createOffscreenCanvas();
canvas.getContext('2d').fillText(seed(), 0, 0);
CALL({ canvas, success: (made) => probe(made.tempFilePath) });

//: wx.canvasToTempFilePath: arg[0].canvas.@drawn -> arg[0].complete.param[0].tempFilePath
const canvas = wx.createOffscreenCanvas();
canvas.getContext('2d').fillText(seed(), 0, 0);
CALL({ canvas, complete: (made) => probe(made.tempFilePath) });

//: wx.canvasToTempFilePath: arg[0].canvas.@drawn -> return.@promise.tempFilePath
const canvas = wx.createOffscreenCanvas();
canvas.getContext('2d').fillText(seed(), 0, 0);
CALL({ canvas }).then((made) => probe(made.tempFilePath));

//: wx.createCanvasContext: return -> store(wx.canvas).{arg[0]}
CALL('PAGE').fillText(seed(), 0, 0);
wx.canvasToTempFilePath({ canvasId: 'PAGE', success: (made) => probe(made.tempFilePath) });

//: CloudCollection#where: this.@collection -> return.@collection
const t = wx.cloud.database().collection('PAGE');
t.add({ data: { note: seed() } });
CALL({}).get().then((found) => probe(found.data[0].note));
elsewhere(wx.cloud.database().collection('other PAGE'));
function elsewhere(t) { CALL({}).get().then((found) => miss(found.data[0].note)); }

//: CloudCollection#doc: this.@collection -> return.@collection
const t = wx.cloud.database().collection('PAGE');
t.add({ data: { note: seed() } });
CALL('1').get().then((found) => probe(found.data.note));
elsewhere(wx.cloud.database().collection('other PAGE'));
function elsewhere(t) { CALL('1').get().then((found) => miss(found.data.note)); }

//: CloudDocument#field: this.@collection -> return.@collection
const t = wx.cloud.database().collection('PAGE').doc('1');
t.set({ data: { note: seed() } });
CALL({}).get().then((found) => probe(found.data.note));
elsewhere(wx.cloud.database().collection('other PAGE').doc('1'));
function elsewhere(t) { CALL({}).get().then((found) => miss(found.data.note)); }

//: collection: arg[0] -> return.@collection
const t = wx.cloud.database();
CALL('PAGE').add({ data: { note: seed() } });
CALL('PAGE').get().then((found) => probe(found.data[0].note));
CALL('other PAGE').get().then((found) => miss(found.data[0].note));

//: ComponentDescriptor#callMethod: arg[1] -> this.@instance.{arg[0]}.param[0]
Page({ data: { note: '' }, onLoad() { this.setData({ note: seed() }); }, told(note) { probe(note); } });
<wxs module="m">module.exports.tap = function (e, t) { CALL('told', e.currentTarget.dataset.note); };</wxs>
<view bindtap="{{ m.tap }}" data-note="{{ note }}"></view>

//: ComponentDescriptor#callMethod: this.@instance -> this.@instance.{arg[0]}.this
Page({ onLoad() { this.note = seed(); }, told() { probe(this.note); } });
<wxs module="m">module.exports.tap = function (e, t) { CALL('told', 1); };</wxs>
<view bindtap="{{ m.tap }}"></view>

//: ComponentDescriptor#getDataset: this.@dataset -> return
Page({ data: { note: '' }, onLoad() { this.setData({ note: seed() }); }, told(note) { probe(note); } });
<wxs module="m">module.exports.tap = function (e, t) { t.callMethod('told', CALL().note); };</wxs>
<view bindtap="{{ m.tap }}" data-note="{{ note }}"></view>

//: ComponentDescriptor#getState: return -> this.@state
//: ComponentDescriptor#getState: this.@state -> return
Page({ data: { note: '' }, onLoad() { this.setData({ note: seed() }); }, told(note) { probe(note); } });
<wxs module="m">module.exports.begin = function (e, t) { CALL().note = e.currentTarget.dataset.note; }; module.exports.end = function (e, t) { t.callMethod('told', CALL().note); };</wxs>
<view bindtouchstart="{{ m.begin }}" bindtouchend="{{ m.end }}" data-note="{{ note }}"></view>

//: EventChannel#emit: arg[1] -> this.@sent.{arg[0]}
Page({ onLoad() {
  const t = this.getOpenerEventChannel();
  CALL('told', seed());
}, open() { wx.navigateTo({ url: '/PAGE', events: { told: (note) => probe(note) } }); } });
<view bindtap="open"></view>

//: EventChannel#on: this.@heard.{arg[0]} -> arg[1].param[0]
Page({ onLoad() {
  const t = this.getOpenerEventChannel();
  CALL('told', (note) => probe(note));
}, open() { wx.navigateTo({ url: '/PAGE', success: (opened) => opened.eventChannel.emit('told', seed()) }); } });
<view bindtap="open"></view>

//: EventTarget#addEventListener: arg[1] -> this.@listeners.{arg[0]}
const t = new EventTarget();
CALL('told', (event) => probe(event.note));
t.dispatchEvent({ type: 'told', note: seed() });

//: EventTarget#dispatchEvent: arg[0] -> this.@listeners.{arg[0].type}.handleEvent.param[0]
const t = new EventTarget();
t.addEventListener('told', { handleEvent(event) { probe(event.note); } });
CALL({ type: 'told', note: seed() });

//: AbortController#abort: this -> this.@listeners.abort.this
const t = new AbortController();
t.note = seed();
t.signal.addEventListener('abort', function () { probe(this.note); });
CALL();

//: AbortController#abort: this -> this.@listeners.abort.param[0].target
const t = new AbortController();
t.note = seed();
t.signal.addEventListener('abort', (event) => probe(event.target.note));
CALL();

//: LodashChain#mapKeys: this.@value.@key -> arg[0].param[1]
const t = require('lodash').chain({ [seed()]: 1 });
CALL((value, key) => probe(key));

//: NodeHash#update: arg[0] -> this.@value
const t = require('crypto').createHash('md5');
CALL(seed());
probe(t.digest('hex'));

//: Promise#call: arg[1] -> this.@promise.{arg[0]}.param[0]
const t = require('bluebird').resolve({ tell(note) { probe(note); } });
CALL('tell', seed());

//: Promise#call: arg[2] -> this.@promise.{arg[0]}.param[1]
const t = require('bluebird').resolve({ tell(other, note) { probe(note); } });
CALL('tell', 1, seed());

//: Promise#call: this.@promise -> this.@promise.{arg[0]}.this
const t = require('bluebird').resolve({ note: seed(), tell() { probe(this.note); } });
CALL('tell');

//: Promise.method: return.this -> arg[0].this
//: require('util').promisify: return.this -> arg[0].this
const holder = { note: seed(), tell: CALL(function () { probe(this.note); }) };
holder.tell();

//: Proxy.revocable: arg[0] -> return.proxy.@target
probe(CALL({ note: seed() }, {}).proxy.note);

//: Proxy.revocable: arg[1] -> return.proxy.@handler
probe(CALL({}, { get() { return seed(); } }).proxy.note);

//: new Proxy: arg[0] -> this.@target
probe(CALL({ note: seed() }, {}).note);

//: new Proxy: arg[1] -> this.@handler
probe(CALL({}, { get() { return seed(); } }).note);

//: ReduxStore#dispatch: this.@state -> this.@reducer.param[0]
const t = require('redux').createStore((state, action) => {
  probe(state);
  return action.note;
});
CALL({ note: seed() });
CALL({});

//: Reflect.get: arg[2].@received.{arg[1]} -> return
const holder = { get told() { return this.note; } };
const ask = (target, name, asker) => (name === 'note' ? seed() : CALL(target, name, asker));
probe(new Proxy(holder, { get: ask }).told);

//: Stream#pipe: this.@out -> arg[0].@in
const { PassThrough } = require('stream');
const t = new PassThrough();
const behind = new PassThrough();
CALL(behind);
t.push(seed());
probe(behind.read());

//: Stream#write: arg[0] -> this.@in
const { PassThrough } = require('stream');
const t = new PassThrough();
CALL(seed());
probe(t.read());

//: new require('stream').PassThrough: this.@out -> this.@listeners.data.param[0]
//: new require('stream').Readable: this.@out -> this.@listeners.data.param[0]
const stream = CALL({});
stream.on('data', (note) => probe(note));
stream.push(seed());

//: require('stream').Readable.from: return.@out -> return.@listeners.data.param[0]
CALL([seed()]).on('data', (note) => probe(note));

//: require('stream').pipeline: arg[0].@out -> arg[1].@in
const { PassThrough } = require('stream');
const [first, second, third, fourth] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
CALL(first, second, third, fourth);
first.push(seed());
probe(second.read());

//: require('stream').pipeline: arg[1].@out -> arg[2].@in
const { PassThrough } = require('stream');
const [first, second, third, fourth] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
CALL(first, second, third, fourth);
second.push(seed());
probe(third.read());

//: require('stream').pipeline: arg[2].@out -> arg[3].@in
const { PassThrough } = require('stream');
const [first, second, third, fourth] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
CALL(first, second, third, fourth);
third.push(seed());
probe(fourth.read());

//: TcbRouter#serve: this.@answer -> return.@promise
const t = new (require('tcb-router'))({ event: { $url: 'told' } });
t.router('told', (context) => { context.body = seed(); });
CALL().then((answer) => probe(answer));

//: TcbRouter#serve: this.@context.body -> return.@promise
const t = new (require('tcb-router'))({ event: { $url: 'told' } });
t.use((context) => { context.body = seed(); });
CALL().then((answer) => probe(answer));

//: new require('tcb-router'): arg[0].event -> return.@event
const router = CALL({ event: { $url: 'told', note: seed() } });
router.router('told', (context) => probe(context._req.event.note));
router.serve();

//: axios with an adapter: arg[0].adapter -> store(axios).adapter
CALL({ data: seed(), adapter: (config) => probe(config.data) });

//: require('axios').create: arg[0].adapter -> store(axios).adapter
CALL({ adapter: (config) => probe(config.data) }).post('/', seed());

//: content to be uploaded: arg[0] -> return.@content
const content = CALL(seed());
probe(content);

//: new URL: this.search -> this.@value
const url = CALL('https://example.com');
url.search = seed();
probe(url.searchParams.get('note'));

//: query in a component: this -> return
const t = wx.createSelectorQuery();
t.note = seed();
probe(CALL(this).note);

//: require('async').auto: arg[0][*].param[0].arg[1] -> arg[0].@results[*]
//: require('async').auto: arg[0].@results -> arg[1].param[1]
CALL({ note: (done) => done(null, seed()) }, (error, results) => probe(results.note));

//: require('async').auto: arg[0].@results -> arg[0][*][*].param[0]
CALL({ note: (done) => done(null, seed()), told: ['note', (results, done) => probe(results.note)] });

//: require('async').auto: arg[0][*][*].param[1].arg[1] -> arg[0].@results[*]
CALL({ told: 1, note: ['told', (results, done) => done(null, seed())] }, (error, results) => probe(results.note));

//: require('async').auto: arg[0].@results -> return.@promise
CALL({ note: (done) => done(null, seed()) }).then((results) => probe(results.note));

//: require('events').once: arg[0].@listeners.{arg[1]}.arg[0] -> return.@promise[0]
const emitter = new (require('events'))();
CALL(emitter, 'told').then(([note]) => probe(note));
emitter.emit('told', seed());

//: require('events').once: arg[0].@listeners.{arg[1]}.arg[1] -> return.@promise[1]
const emitter = new (require('events'))();
CALL(emitter, 'told').then(([other, note]) => probe(note));
emitter.emit('told', 1, seed());

//: wx.cloud.database().runTransaction: this -> arg[0].param[0]
const t = wx.cloud.database();
HOLDER.note = seed();
CALL((transaction) => probe(transaction.note));

//: wx.cloud.database().startTransaction: this -> return.@promise
const t = wx.cloud.database();
HOLDER.note = seed();
CALL().then((transaction) => probe(transaction.note));

//: wx.connectSocket: arg[0].url -> store(wx.socket).url
//> wx.sendSocketMessage, told.example.com
CALL({ url: 'wss://told.example.com' });
wx.sendSocketMessage({ data: seed() });

//: URL#get: this.@value -> return
const t = new URL('https://example.com/?note=' + seed()).searchParams;
probe(CALL('note'));

//: URL#getAll: this.@value -> return[*]
const t = new URL('https://example.com/?note=' + seed()).searchParams;
probe(CALL('note')[0]);

//: URL#forEach: this.@value -> arg[0].param[0]
const t = new URL('https://example.com/?note=' + seed()).searchParams;
CALL((note) => probe(note));

//: URL#entries: this.@value -> return.@yield[1]
const t = new URL('https://example.com/?note=' + seed()).searchParams;
for (const [name, note] of CALL()) probe(note);
