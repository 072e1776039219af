// Bytes: a buffer keeps what is written, by place and width.

class ArrayBuffer {
  constructor(length) { $.hide(this, SLOT, { cells: [], length: length || 0, open: undefined }) }
  get byteLength() { return this[SLOT].length }
  slice(from, to) {
    const { cells, length, open } = this[SLOT]
    const start = position(from || 0, length)
    const end = to === undefined ? length : position(to, length)
    const out = new ArrayBuffer(end - start)
    out[SLOT].open = open
    for (const cell of cells) {
      if (cell.at >= start && cell.at + cell.width <= end) out[SLOT].cells.push({ at: cell.at - start, width: cell.width, value: cell.value })
    }
    return out
  }
  static isView(value) { return isObject(value) && !$.isUnknown(value) && (value instanceof DataView || !!value[VIEW]) }
}
const VIEW = $.symbol('%view')
function readBytes(buffer, at, width) {
  const state = buffer[SLOT]
  if ($.isUnknown(state) || $.isUnknown(at)) return $.mixed(state, at)
  const found = state.cells.filter(cell => cell.at < at + width && at < cell.at + cell.width)
  if (state.open !== undefined) return $.mixed(state.open, found)
  if (found.length === 0) return 0
  return found.length === 1 && found[0].at === at && found[0].width === width ? found[0].value : $.mixed(found)
}
function writeBytes(buffer, at, width, value) {
  const state = buffer[SLOT]
  if ($.isUnknown(state)) return
  if ($.isUnknown(at)) {
    state.open = $.mixed(state.open, value)
    return
  }
  state.cells = state.cells.filter(cell => cell.at < at || cell.at + cell.width > at + width)
  state.cells.push({ at, width, value })
}
// The number of an element; undefined for what is no index.
function indexOfKey(key) {
  if ($.isUnknown(key)) return key
  const n = typeof key === 'string' ? $.toNumber(key) : undefined
  return n >= 0 && '' + n === key ? n : undefined
}
const elements = {
  get(target, key, receiver) {
    const i = indexOfKey(key)
    const view = target[VIEW]
    if (i === undefined) return $.get(target, key, receiver)
    if ($.isUnknown(view)) return view
    return i >= view.length ? undefined : readBytes(view.buffer, view.offset + i * view.width, view.width)
  },
  set(target, key, value, receiver) {
    const i = indexOfKey(key)
    const view = target[VIEW]
    if (i === undefined) return $.set(target, key, value)
    const number = $.toNumber(value)
    if (!$.isUnknown(view) && !(i >= view.length)) {
      writeBytes(view.buffer, view.offset + i * view.width, view.width, $.isUnknown(number) ? number : view.wrap(number))
    }
    return true
  },
  has(target, key) { const i = indexOfKey(key); return i === undefined ? $.has(target, key) : i < target[VIEW].length },
  ownKeys(target) { return Array.from({ length: target[VIEW].length }, (item, i) => '' + i) },
}
class TypedArray {
  get length() { return this[VIEW].length }
  get buffer() { return this[VIEW].buffer }
  get byteOffset() { return this[VIEW].offset }
  get byteLength() { return this[VIEW].length * this[VIEW].width }
  set(list, from) {
    const items = $.isUnknown(list) ? list : copyOf(list)
    if ($.isUnknown(items) || $.isUnknown(from)) this[$.mixed(from)] = $.mixed(items)
    else for (let i = 0; i < items.length; i++) this[(from || 0) + i] = items[i]
  }
  subarray(from, to) {
    const { buffer, offset, length, width } = this[VIEW]
    const start = position(from || 0, length)
    return new this.constructor(buffer, offset + start * width, (to === undefined ? length : position(to, length)) - start)
  }
  slice(from, to) { return new this.constructor(copyOf(this).slice(from, to)) }
  map(f, self) { return new this.constructor(copyOf(this).map((item, i) => f.call(self, item, i, this))) }
  filter(f, self) { return new this.constructor(copyOf(this).filter((item, i) => f.call(self, item, i, this))) }
  with(i, value) { return new this.constructor(copyOf(this).with(i, value)) }
  toReversed() { return new this.constructor(copyOf(this).reverse()) }
  toSorted(f) { return new this.constructor(copyOf(this).sort(f)) }
  toString() { return copyOf(this).join() }
  static from(list, f, self) { return new this(Array.from(list, f, self)) }
  static of(...items) { return new this(items) }
}
for (const name of ['at', 'copyWithin', 'entries', 'every', 'fill', 'find', 'findIndex', 'findLast', 'findLastIndex', 'forEach',
  'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'reduce', 'reduceRight', 'reverse', 'some', 'sort', 'values']) {
  $.hide(TypedArray.prototype, name, Array.prototype[name])
}
$.hide(TypedArray.prototype, $['Symbol.iterator'], function () { return listIterator(this, 1) })
function typedArray(name, width, wrap) {
  const made = { [name]: function (from, offset, length) {
    if ($.isUnknown(from) || $.isUnknown(offset) || $.isUnknown(length)) return $.mixed(from, offset, length)
    const isBuffer = isObject(from) && from instanceof ArrayBuffer
    const items = isObject(from) && !isBuffer ? Array.from(from) : undefined
    if ($.isUnknown(items)) return items
    const buffer = isBuffer ? from : new ArrayBuffer((items ? items.length : from || 0) * width)
    const start = isBuffer && offset ? offset : 0
    const rest = $.isUnknown(buffer.byteLength) ? buffer.byteLength : Math.floor((buffer.byteLength - start) / width)
    const self = $.setProto({}, (new.target || made).prototype)
    $.hide(self, VIEW, { buffer, offset: start, width, wrap, length: isBuffer && length !== undefined ? length : rest })
    const out = $.proxy(self, elements)
    if (items) for (let i = 0; i < items.length; i++) out[i] = items[i]
    return out
  } }[name]
  $.setProto(made, TypedArray)
  $.hide(made, 'prototype', $.setProto({}, TypedArray.prototype))
  $.hide(made.prototype, 'constructor', made)
  made.BYTES_PER_ELEMENT = width
  return made
}
const unwrapped = n => n
const KINDS = [
  ['Int8', 1, n => (n << 24) >> 24], ['Uint8', 1, n => n & 255], ['Int16', 2, n => (n << 16) >> 16], ['Uint16', 2, n => n & 65535],
  ['Int32', 4, n => n | 0], ['Uint32', 4, n => n >>> 0], ['Float32', 4, unwrapped], ['Float64', 8, unwrapped],
  ['BigInt64', 8, unwrapped], ['BigUint64', 8, unwrapped],
]
class DataView {
  constructor(buffer, offset) {
    if ($.isUnknown(buffer) || $.isUnknown(offset)) return $.mixed(buffer, offset)
    $.hide(this, SLOT, { buffer, offset: offset || 0 })
  }
  get buffer() { return this[SLOT].buffer }
  get byteOffset() { return this[SLOT].offset }
  get byteLength() { return this[SLOT].buffer.byteLength - this[SLOT].offset }
}
const typedArrays = { Uint8ClampedArray: typedArray('Uint8ClampedArray', 1, n => Math.min(255, Math.max(0, n))) }
for (const [name, width, wrap] of KINDS) {
  typedArrays[name + 'Array'] = typedArray(name + 'Array', width, wrap)
  $.hide(DataView.prototype, 'get' + name, function (at) { return readBytes(this.buffer, this.byteOffset + at, width) })
  $.hide(DataView.prototype, 'set' + name, function (at, value) {
    const number = $.toNumber(value)
    writeBytes(this.buffer, this.byteOffset + at, width, $.isUnknown(number) ? number : wrap(number))
  })
}

methods($.globalObject, { ArrayBuffer, DataView, ...typedArrays })
