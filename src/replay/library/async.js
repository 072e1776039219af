// What programs use most of async.
// A member that is not here ends the run; what holds unknown values is from outside.

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
  eachOf: withCallback((list, f, cb) => inParallel(list, (item, name, done) => f(item, name, done), onlyError(cb))),
  mapValues: withCallback((list, f, cb) => inParallel(list, (item, name, done) => f(item, name, done), cb)),
  filter: withCallback((list, f, cb) => chosen(list, f, (all, said) => cb(null, all.filter((item, i) => said[i])))),
  reject: withCallback((list, f, cb) => chosen(list, f, (all, said) => cb(null, all.filter((item, i) => !said[i])))),
  detect: withCallback((list, f, cb) => chosen(list, f, (all, said) => cb(null, all.find((item, i) => said[i])))),
  some: withCallback((list, f, cb) => chosen(list, f, (all, said) => cb(null, said.some(it => it)))),
  every: withCallback((list, f, cb) => chosen(list, f, (all, said) => cb(null, said.every(it => it)))),
  concat: withCallback((list, f, cb) => inParallel(list, (item, name, done) => f(item, done), (error, out) => cb(error, out.flat()))),
  reduce: withCallback((list, start, f, cb) => {
    const next = (i, all) => (i >= list.length ? cb(null, all) : f(all, list[i], (error, value) => (error ? cb(error) : next(i + 1, value))))
    next(0, start)
  }),
  times: (n, f, cb) => ($.isUnknown(n) ? $.outside([f, cb]) : asyncs.map(Array.from({ length: n }, (item, i) => i), f, cb)),
  auto(tasks, cb) {
    if ($.isUnknown(tasks)) return $.outside([tasks, cb])
    const names = Object.keys(tasks)
    const started = []
    const results = {}
    let isOver = false
    const finish = error => { if (!isOver) { isOver = true; if (cb) cb(error === undefined ? null : error, results) } }
    const next = () => {
      if (names.every(name => $.hasOwn(results, name))) return finish(null)
      for (const name of names) {
        const task = tasks[name]
        const needed = $.kind(task) === 'array' ? task.slice(0, -1) : []
        if (started.includes(name) || !needed.every(other => $.hasOwn(results, other))) continue
        started.push(name)
        const done = (error, ...values) => {
          results[name] = values.length > 1 ? values : values[0]
          if (error) finish(error)
          else next()
        }
        if (needed.length > 0) task[task.length - 1](results, done)
        else if ($.kind(task) === 'array') task[0](done)
        else task(done)
      }
    }
    next()
  },
  queue(worker) {
    const made = {
      push(tasks, cb) {
        const all = $.kind(tasks) === 'array' ? tasks : [tasks]
        for (const task of all) setTimeout(() => worker(task, (...told) => { if (cb) cb(...told); if (typeof made.on === 'function') made.on() }), 1)
      },
      unshift(tasks, cb) { made.push(tasks, cb) },
      drain(f) { made.on = f },
      error() {},
    }
    return made
  },
  retry(n, f, cb) { typeof n === 'function' ? n(f) : f(cb) },
  apply: (f, ...first) => (...rest) => f(...first, ...rest),
  constant: (...values) => cb => cb(null, ...values),
  asyncify: f => (...args) => { const cb = args.pop(); Promise.resolve(f(...args)).then(value => cb(null, value), error => cb(error)) },
  nextTick: (f, ...args) => setTimeout(f, 1, ...args),
  setImmediate: (f, ...args) => setTimeout(f, 1, ...args),
  compose: (...fs) => asyncs.seq(...fs.reverse()),
  seq: (...fs) => (...args) => {
    const cb = args.pop()
    const next = (i, values) => (i >= fs.length ? cb(null, ...values) : fs[i](...values, (error, ...more) => (error ? cb(error) : next(i + 1, more))))
    next(0, args)
  },
}
// What a test says of each item.
function chosen(list, f, tell) {
  inParallel(list, (item, name, done) => f(item, done), (error, said) => tell([...list], said))
}
const limited = f => (list, limit, ...rest) => f(list, ...rest)
Object.assign(asyncs, {
  forEach: asyncs.each, forEachOf: asyncs.eachOf, forEachSeries: asyncs.eachSeries, filterSeries: asyncs.filter, inject: asyncs.reduce,
  select: asyncs.filter, find: asyncs.detect, any: asyncs.some, all: asyncs.every, timesSeries: asyncs.times, wrapSync: asyncs.asyncify,
  eachLimit: limited(asyncs.each), forEachLimit: limited(asyncs.each), eachOfLimit: limited(asyncs.eachOf), mapLimit: limited(asyncs.map),
  filterLimit: limited(asyncs.filter), parallelLimit: (tasks, limit, cb) => asyncs.parallel(tasks, cb),
})
for (const name of Object.keys(asyncs)) packages['async/' + name] = asyncs[name]
packages.async = asyncs
