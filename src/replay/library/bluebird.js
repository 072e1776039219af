// bluebird: promises with more methods.
// A member that is not here ends the run; what holds unknown values is from outside.

const listFrom = items => Promise.resolve(items).then(all => ($.isUnknown(all) ? $.mixed(all) : Promise.all(all)))
const oneByOne = (all, f) => all.reduce((before, item, i) => before.then(out => Promise.resolve(f(item, i, all.length)).then(value => [...out, value])), Promise.resolve([]))
function joined(items, f, gather) {
  return listFrom(items).then(all => ($.isUnknown(all) ? $.outside([all, f]) : gather(all, f)))
}
const bluebird = {
  map: (items, f) => joined(items, f, (all, f) => Promise.all(all.map((item, i) => f(item, i, all.length)))),
  mapSeries: (items, f) => joined(items, f, oneByOne),
  each: (items, f) => joined(items, f, (all, f) => oneByOne(all, f).then(() => all)),
  filter: (items, f) => joined(items, f, (all, f) => Promise.all(all.map((item, i) => f(item, i, all.length))).then(said => all.filter((item, i) => said[i]))),
  reduce: (items, f, ...start) => joined(items, f, (all, f) => {
    const [first, rest] = start.length > 0 ? [start[0], all] : [all[0], all.slice(1)]
    return rest.reduce((before, item, i) => before.then(value => f(value, item, i, all.length)), Promise.resolve(first))
  }),
  props(from) {
    if ($.isUnknown(from)) return Promise.resolve($.mixed(from))
    return Promise.resolve(from).then(object => Promise.all(Object.keys(object).map(key => Promise.resolve(object[key]).then(value => [key, value]))).then(pairs => Object.fromEntries(pairs)))
  },
  join(...items) {
    const f = typeof items[items.length - 1] === 'function' ? items.pop() : undefined
    return Promise.all(items).then(all => (f ? f(...all) : all))
  },
  delay: (ms, value) => new Promise(resolve => setTimeout(() => resolve(value), $.isUnknown(ms) ? 1 : ms)),
  method: f => function (...args) { return new Promise(resolve => resolve($.apply(f, this, args))) },
  promisify: util.promisify,
  promisifyAll(from) {
    if ($.isUnknown(from)) return $.outside([from])
    for (const owner of [from, from.prototype]) {
      if (!owner) continue
      for (const key of Object.getOwnPropertyNames(owner)) if (key !== 'constructor' && $.kind(owner[key]) === 'function') $.hide(owner, key + 'Async', util.promisify(owner[key]))
    }
    return from
  },
  coroutine: f => function (...args) {
    const code = $.apply(f, this, args)
    const go = step => (step.done ? Promise.resolve(step.value) : Promise.resolve(step.value).then(value => go(code.next(value)), error => go(code.throw(error))))
    return new Promise(resolve => resolve(go(code.next())))
  },
}
methods(Promise, bluebird)
$.hide(Promise, 'attempt', Promise.try)
methods(Promise.prototype, {
  spread(f) { return this.then(all => ($.isUnknown(all) ? $.outside([all, f]) : Promise.all(all).then(values => f(...values)))) },
  get(key) { return this.then(value => value[key]) },
  call(name, ...args) { return this.then(value => value[name](...args)) },
  return(value) { return this.then(() => value) },
  thenReturn(value) { return this.then(() => value) },
  throw(error) { return this.then(() => { throw error }) },
  tap(f) { return this.then(value => Promise.resolve(f(value)).then(() => value)) },
  tapCatch(f) { return this.then(undefined, error => Promise.resolve(f(error)).then(() => { throw error })) },
  delay(ms) { return this.then(value => bluebird.delay(ms, value)) },
  timeout() { return this },
  map(f) { return bluebird.map(this, f) },
  mapSeries(f) { return bluebird.mapSeries(this, f) },
  each(f) { return bluebird.each(this, f) },
  filter(f) { return bluebird.filter(this, f) },
  reduce(f, ...start) { return bluebird.reduce(this, f, ...start) },
  all() { return listFrom(this) },
  props() { return this.then(bluebird.props) },
  lastly(f) { return this.finally(f) },
  asCallback(f) { this.then(value => f(null, value), error => f(error)); return this },
  nodeify(f) { return this.asCallback(f) },
  catch(...handlers) {
    const handler = handlers[handlers.length - 1]
    if (handlers.length === 1) return this.then(undefined, handler)
    const kinds = handlers.slice(0, -1)
    return this.then(undefined, error => {
      if (kinds.some(kind => (kind.prototype instanceof Error || kind === Error ? error instanceof kind : kind(error)))) return handler(error)
      throw error
    })
  },
})
methods(Promise.prototype, { caught: Promise.prototype.catch })
$.hide(Promise, 'default', Promise)
packages.bluebird = Promise
