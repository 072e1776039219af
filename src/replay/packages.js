// What programs use most of some packages. A member that is not here ends the run; what holds unknown values is from
// outside.

// lodash and underscore.

function _() { $.stop() }
const closed = f => (first, ...rest) => ($.isUnknown(first) ? $.outside([first, ...rest]) : f(first, ...rest))
function pathOf(path) {
  if ($.isUnknown(path)) return undefined
  if ($.kind(path) === 'array') return path
  return typeof path === 'string' ? path.replace(/\[(\w+)\]/g, '.$1').split('.') : [path]
}
function at(from, path, otherwise) {
  const keys = pathOf(path)
  if (keys === undefined) return $.mixed(from, otherwise)
  let value = from
  for (const key of keys) {
    if (value === undefined || value === null) return otherwise
    value = value[key]
  }
  return value === undefined ? otherwise : value
}
function put(target, path, value) {
  const keys = pathOf(path)
  if (keys === undefined) return $.outside([target, value])
  let from = target
  for (let i = 0; i < keys.length - 1; i++) from = from[keys[i]] = isObject(from[keys[i]]) ? from[keys[i]] : {}
  from[keys[keys.length - 1]] = value
  return target
}
function iteratee(by) {
  if (by === undefined) return item => item
  if (typeof by === 'function' && !$.isUnknown(by)) return by
  if ($.isUnknown(by)) return item => $.mixed(item, by)
  const kind = $.kind(by)
  if (kind === 'array') return item => at(item, by[0]) === by[1]
  if (kind === 'object') return item => Object.keys(by).every(key => at(item, key) === by[key])
  return item => at(item, by)
}
// Lists and objects alike, as pairs of key and value.
function pairsOf(from) {
  if (from === undefined || from === null) return []
  const names = typeof from === 'string' || $.kind(from) === 'array' ? [...from].map((item, i) => i) : Object.keys(from)
  return names.map(name => [name, from[name]])
}
const textOf = value => (value === undefined || value === null ? '' : $.toText(value))
function gathered(from, by, add) {
  const f = iteratee(by)
  const out = {}
  for (const [, value] of pairsOf(from)) add(out, f(value), value)
  return out
}
function merged(target, source) {
  for (const key of Object.keys(source)) {
    const value = source[key]
    const isDeep = $.kind(value) === 'object' && $.kind(target[key]) === 'object'
    target[key] = isDeep ? merged(target[key], value) : value
  }
  return target
}
function copied(target, sources, isWanted) {
  for (const source of sources) {
    if ($.isUnknown(source)) Object.assign(target, source)
    else if (source) for (const key of Object.keys(source)) if (isWanted(target, key)) target[key] = source[key]
  }
  return target
}
const namesIn = lists => lists.flat(2)
const lodash = {
  get: closed(at),
  set: closed(put),
  has: closed((from, path) => at(from, path, LISTENERS) !== LISTENERS),
  map: closed((from, by) => { const f = iteratee(by); return pairsOf(from).map(([key, value]) => f(value, key, from)) }),
  filter: closed((from, by) => { const f = iteratee(by); return pairsOf(from).filter(([key, value]) => f(value, key, from)).map(pair => pair[1]) }),
  reject: closed((from, by) => { const f = iteratee(by); return pairsOf(from).filter(([key, value]) => !f(value, key, from)).map(pair => pair[1]) }),
  find: closed((from, by) => { const f = iteratee(by); for (const [key, value] of pairsOf(from)) if (f(value, key, from)) return value }),
  some: closed((from, by) => { const f = iteratee(by); return pairsOf(from).some(([key, value]) => f(value, key, from)) }),
  every: closed((from, by) => { const f = iteratee(by); return pairsOf(from).every(([key, value]) => f(value, key, from)) }),
  forEach: closed((from, f) => { for (const [key, value] of pairsOf(from)) if (f(value, key, from) === false) break; return from }),
  reduce: closed((from, f, ...start) => pairsOf(from).reduce((all, [key, value], i) => (i === 0 && start.length === 0 ? value : f(all, value, key, from)), start[0])),
  includes: closed((from, value) => pairsOf(from).some(pair => pair[1] === value)),
  size: closed(from => pairsOf(from).length),
  keys: closed(from => pairsOf(from).map(pair => '' + pair[0])),
  values: closed(from => pairsOf(from).map(pair => pair[1])),
  toPairs: closed(from => pairsOf(from)),
  fromPairs: closed(pairs => Object.fromEntries(pairs)),
  pick: closed((from, ...names) => { const out = {}; for (const name of namesIn(names)) if (at(from, name, LISTENERS) !== LISTENERS) put(out, name, at(from, name)); return out }),
  omit: closed((from, ...names) => { const out = { ...from }; for (const name of namesIn(names)) delete out[name]; return out }),
  assign: closed((target, ...sources) => Object.assign(target, ...sources)),
  defaults: closed((target, ...sources) => copied(target, sources, (to, key) => to[key] === undefined)),
  merge: closed((target, ...sources) => { for (const source of sources) $.isUnknown(source) ? Object.assign(target, source) : merged(target, structuredClone(source)); return target }),
  clone: closed(value => ($.kind(value) === 'array' ? [...value] : isObject(value) ? { ...value } : value)),
  cloneDeep: value => structuredClone(value),
  groupBy: closed((from, by) => gathered(from, by, (out, key, value) => { out[key] ? out[key].push(value) : (out[key] = [value]) })),
  keyBy: closed((from, by) => gathered(from, by, (out, key, value) => { out[key] = value })),
  countBy: closed((from, by) => gathered(from, by, (out, key) => { out[key] = (out[key] || 0) + 1 })),
  mapValues: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) out[key] = f(value, key, from); return out }),
  mapKeys: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) out[f(value, key, from)] = value; return out }),
  head: closed(list => list[0]),
  last: closed(list => list[list.length - 1]),
  tail: closed(list => list.slice(1)),
  initial: closed(list => list.slice(0, -1)),
  nth: closed((list, n) => list.at(n || 0)),
  take: closed((list, n) => list.slice(0, n === undefined ? 1 : n)),
  drop: closed((list, n) => list.slice(n === undefined ? 1 : n)),
  compact: closed(list => list.filter(item => item)),
  concat: closed((list, ...more) => list.concat(...more)),
  flatten: closed(list => list.flat()),
  flattenDeep: closed(list => list.flat(99)),
  uniq: closed(list => [...new Set(list)]),
  zip: (...lists) => (lists.some(list => $.isUnknown(list)) ? $.outside(lists) : lists[0].map((item, i) => lists.map(list => list[i]))),
  zipObject: closed((names, values) => { const out = {}; names.forEach((name, i) => { out[name] = values[i] }); return out }),
  chunk: closed((list, size) => { const out = []; for (let i = 0; i < list.length; i += size || 1) out.push(list.slice(i, i + (size || 1))); return out }),
  sum: closed(list => list.reduce((all, item) => all + item, 0)),
  join: closed((list, by) => list.join(by)),
  reverse: closed(list => list.reverse()),
  identity: value => value,
  constant: value => () => value,
  noop() {},
  times: (n, f) => ($.isUnknown(n) ? $.outside([f]) : Array.from({ length: n }, (item, i) => f(i))),
  tap: (value, f) => { f(value); return value },
  attempt(f, ...args) { try { return f(...args) } catch (error) { return error } },
  partial: (f, ...first) => function (...rest) { return $.apply(f, this, [...first, ...rest]) },
  bind: (f, self, ...first) => (...rest) => $.apply(f, self, [...first, ...rest]),
  once(f) { let isDone = false, value; return function (...args) { if (!isDone) { isDone = true; value = $.apply(f, this, args) } return value } },
  memoize: (f, key) => { const known = new Map(); return function (...args) { const name = key ? key(...args) : args[0]; if (!known.has(name)) known.set(name, $.apply(f, this, args)); return known.get(name) } },
  debounce: (f, ms) => { let timer; return function (...args) { clearTimeout(timer); timer = setTimeout(() => $.apply(f, this, args), ms) } },
  defer: (f, ...args) => setTimeout(f, 1, ...args),
  delay: (f, ms, ...args) => setTimeout(f, ms, ...args),
  trim: text => textOf(text).trim(),
  toUpper: text => textOf(text).toUpperCase(),
  toLower: text => textOf(text).toLowerCase(),
  toString: textOf,
  split: (text, by) => textOf(text).split(by),
  startsWith: (text, by) => textOf(text).startsWith(by),
  endsWith: (text, by) => textOf(text).endsWith(by),
  pluck: closed((from, name) => pairsOf(from).map(pair => at(pair[1], name))),
}
Object.assign(lodash, {
  each: lodash.forEach, collect: lodash.map, select: lodash.filter, detect: lodash.find, any: lodash.some, all: lodash.every,
  contains: lodash.includes, inject: lodash.reduce, foldl: lodash.reduce, entries: lodash.toPairs, first: lodash.head,
  rest: lodash.tail, extend: lodash.assign,
})
for (const name of Object.keys(lodash)) {
  $.hide(_, name, lodash[name])
  packages['lodash/' + name] = lodash[name]
}
packages.lodash = packages.underscore = packages['lodash-es'] = _

// async.

function told(cb, count, out) {
  let left = count
  let isOver = false
  return (key, error, values) => {
    if (isOver) return
    out[key] = values.length > 1 ? values : values[0]
    left--
    if (error || left === 0) { isOver = true; if (cb) cb(error, out) }
  }
}
function resultsFor(list) { return $.kind(list) === 'array' ? [] : {} }
function inParallel(list, run, cb) {
  const names = Object.keys(list)
  const out = resultsFor(list)
  const tell = told(cb, names.length, out)
  if (names.length === 0 && cb) cb(null, out)
  for (const name of names) run(list[name], name, (error, ...values) => tell(name, error, values))
}
function inSeries(list, run, cb) {
  const names = Object.keys(list)
  const out = resultsFor(list)
  const next = i => {
    if (i >= names.length) { if (cb) cb(null, out); return }
    run(list[names[i]], names[i], (error, ...values) => {
      out[names[i]] = values.length > 1 ? values : values[0]
      if (error) { if (cb) cb(error, out) } else next(i + 1)
    })
  }
  next(0)
}
const onlyError = cb => (cb ? error => cb(error === undefined ? null : error) : undefined)
const withCallback = f => (list, ...rest) => ($.isUnknown(list) || $.kind(rest[rest.length - 1]) !== 'function' ? $.outside([list, ...rest]) : f(list, ...rest))
const asyncs = {
  parallel: withCallback((tasks, cb) => inParallel(tasks, (task, name, done) => task(done), cb)),
  series: withCallback((tasks, cb) => inSeries(tasks, (task, name, done) => task(done), cb)),
  waterfall: withCallback((tasks, cb) => {
    const next = (i, values) => {
      if (i >= tasks.length) return cb(null, ...values)
      tasks[i](...values, (error, ...more) => (error ? cb(error) : next(i + 1, more)))
    }
    next(0, [])
  }),
  each: withCallback((list, f, cb) => inParallel(list, (item, name, done) => f(item, done), onlyError(cb))),
  eachSeries: withCallback((list, f, cb) => inSeries(list, (item, name, done) => f(item, done), onlyError(cb))),
  map: withCallback((list, f, cb) => inParallel(list, (item, name, done) => f(item, done), cb)),
  mapSeries: withCallback((list, f, cb) => inSeries(list, (item, name, done) => f(item, done), cb)),
}
asyncs.forEach = asyncs.each
for (const name of Object.keys(asyncs)) packages['async/' + name] = asyncs[name]
packages.async = asyncs

// Emitters of other packages.

packages.eventemitter3 = EventEmitter
function mitt() {
  const all = []
  return {
    on(name, f) { all.push({ name, f }) },
    off(name, f) { for (let i = all.length - 1; i >= 0; i--) if (all[i].name === name && (f === undefined || all[i].f === f)) all.splice(i, 1) },
    emit(name, event) {
      for (const item of [...all]) {
        if (item.name === name) item.f(event)
        else if (item.name === '*') item.f(name, event)
      }
    },
  }
}
mitt.default = mitt
packages.mitt = mitt

// Streams: chunks go on in turns of their own.

const CHUNKS = $.symbol('%chunks')
class Readable extends EventEmitter {
  constructor(options) {
    super()
    $.hide(this, CHUNKS, { waiting: [], isFlowing: false, isOver: false })
    if (options && options.read) this._read = options.read
  }
  push(chunk) {
    const state = this[CHUNKS]
    state.waiting.push(chunk)
    if (state.isFlowing) $.microtask(() => flow(this))
    return true
  }
  on(name, f) {
    super.on(name, f)
    if (name === 'data') this.resume()
    return this
  }
  resume() {
    this[CHUNKS].isFlowing = true
    $.microtask(() => flow(this))
    return this
  }
  pipe(to) {
    this.on('data', chunk => to.write(chunk))
    this.on('end', () => to.end())
    return to
  }
  setEncoding() { return this }
  destroy(error) { if (error) this.emit('error', error); return this }
  static from(items) {
    if ($.isUnknown(items)) return $.mixed(items)
    const made = new Readable()
    for (const item of items) made.push(item)
    made.push(null)
    return made
  }
  [$['Symbol.asyncIterator']]() {
    const state = this[CHUNKS]
    return {
      next: async () => {
        if (state.waiting.length === 0) ask(this)
        const chunk = state.waiting.shift()
        return chunk === null || chunk === undefined ? { done: true, value: undefined } : { done: false, value: chunk }
      },
    }
  }
}
function ask(stream) {
  if (stream._read) stream._read(1)
}
function flow(stream) {
  const state = stream[CHUNKS]
  if (state.waiting.length === 0 && !state.isOver) ask(stream)
  while (state.waiting.length > 0) {
    const chunk = state.waiting.shift()
    if (chunk === null) {
      if (!state.isOver) { state.isOver = true; stream.emit('end'); stream.emit('close') }
    } else {
      stream.emit('data', chunk)
      if (state.waiting.length === 0) ask(stream)
    }
  }
}
function takeIn(stream, chunk, encoding, cb) {
  const done = typeof encoding === 'function' ? encoding : cb
  const told = error => { if (error) stream.emit('error', error); if (typeof done === 'function') done(error) }
  if (stream._write) stream._write(chunk, typeof encoding === 'string' ? encoding : 'utf8', told)
  return true
}
function finish(stream, chunk, isRead) {
  if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') stream.write(chunk)
  const over = () => { stream.emit('finish'); if (isRead) stream.push(null) }
  if (stream._flush) stream._flush((error, last) => { if (last !== undefined && last !== null) stream.push(last); over() })
  else if (stream._final) stream._final(over)
  else over()
  return stream
}
const writing = (Base, isRead) => class extends Base {
  constructor(options) {
    super(options)
    if (options && options.write) this._write = options.write
    if (options && options.final) this._final = options.final
  }
  write(chunk, encoding, cb) { return takeIn(this, chunk, encoding, cb) }
  end(chunk) { return finish(this, chunk, isRead) }
}
class Writable extends writing(EventEmitter, false) {}
class Duplex extends writing(Readable, true) {}
class Transform extends Duplex {
  constructor(options) {
    super(options)
    if (options && options.transform) this._transform = options.transform
    if (options && options.flush) this._flush = options.flush
  }
  _write(chunk, encoding, cb) {
    this._transform(chunk, encoding, (error, out) => {
      if (out !== undefined && out !== null) this.push(out)
      cb(error)
    })
  }
}
class PassThrough extends Transform {
  _transform(chunk, encoding, cb) { cb(null, chunk) }
}
function pipeline(...streams) {
  const cb = typeof streams[streams.length - 1] === 'function' ? streams.pop() : undefined
  for (let i = 0; i + 1 < streams.length; i++) streams[i].pipe(streams[i + 1])
  const last = streams[streams.length - 1]
  if (cb) last.on('finish', () => cb())
  return last
}
packages.stream = { Readable, Writable, Duplex, Transform, PassThrough, pipeline, Stream: EventEmitter }
