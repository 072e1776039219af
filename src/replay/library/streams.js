// Emitters of other packages, and streams of node.
// A member that is not here ends the run; what holds unknown values is from outside.

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
