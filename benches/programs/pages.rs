//! Pages, and the code that they share.

use std::fmt::Write as _;

use super::Files;

/// What every page uses: requests, formats, a store, and two components.
pub fn shared() -> Files {
    let files = [
        ("app.js", APP),
        ("utils/request.js", REQUEST),
        ("utils/format.js", FORMAT),
        ("utils/store.js", STORE),
        ("components/card/card.js", CARD),
        ("components/card/card.json", "{ \"component\": true }\n"),
        ("components/card/card.wxml", CARD_WXML),
        ("components/form/form.js", FORM),
        ("components/form/form.json", "{ \"component\": true }\n"),
        ("components/form/form.wxml", FORM_WXML),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// The page number `at`: every kind of page in turn.
pub fn page(files: &mut Files, place: &str, at: usize) {
    let up = "../".repeat(place.matches('/').count());
    let body = [LIST, DETAIL, ORDER, PLACE, PROFILE][at % 5];
    let fill = |text: &str| text.replace("#UP#", &up).replace("#N#", &at.to_string());
    let mut script = fill(HEAD) + &fill(body);
    for helper in 0..3 {
        script += &fill(HELPER).replace("#H#", &helper.to_string());
    }
    files.insert(format!("{place}.js"), script);
    files.insert(format!("{place}.wxml"), fill(WXML));
    let json = fill(
        r#"{ "usingComponents": { "card": "/components/card/card", "form-box": "/components/form/form" }, "navigationBarTitleText": "页面 #N#" }"#,
    );
    files.insert(format!("{place}.json"), json + "\n");
}

/// So many flows in one file.
pub fn flows(many: usize) -> String {
    let mut text = "const send = (url, data) => wx.request({ url, data })\n".to_owned();
    for at in 0..many {
        let _ = write!(
            text,
            "class Trip{at} {{
  constructor() {{ this.points = [] }}
  add(point) {{ this.points.push({{ at: Date.now(), point }}) }}
  body() {{ return {{ last: this.points[0].point, n: this.points.length }} }}
}}
function report{at}(trip) {{ send('https://a.example.com/trip/{at}', trip.body()) }}
wx.getLocation({{
  success(res) {{
    const trip = new Trip{at}()
    trip.add({{ x: res.latitude, y: res.longitude }})
    report{at}(trip)
  }}
}})
"
        );
    }
    text
}

const APP: &str = "const store = require('./utils/store')
App({
  globalData: { user: null, token: '', settings: {} },
  onLaunch(options) {
    store.restore()
    this.globalData.scene = options.scene
    wx.login({ success: res => { this.globalData.code = res.code } })
  },
  onError(message) { console.error(message) }
})
";

const REQUEST: &str = "const BASE = 'https://api.example.com'
let pending = 0
function headers() {
  const token = wx.getStorageSync('token')
  return token ? { Authorization: 'Bearer ' + token } : {}
}
function request(options) {
  pending += 1
  if (pending === 1) wx.showLoading({ title: '加载中' })
  return new Promise((resolve, reject) => {
    wx.request({
      url: BASE + options.url,
      method: options.method || 'GET',
      data: options.data || {},
      header: Object.assign({ 'content-type': 'application/json' }, headers()),
      success(res) {
        if (res.statusCode >= 200 && res.statusCode < 300) resolve(res.data)
        else reject(new Error('status ' + res.statusCode))
      },
      fail: reject,
      complete() {
        pending -= 1
        if (pending === 0) wx.hideLoading()
      }
    })
  })
}
module.exports = {
  request,
  get: (url, data) => request({ url, data }),
  post: (url, data) => request({ url, data, method: 'POST' })
}
";

const FORMAT: &str = "const pad = n => (n < 10 ? '0' + n : '' + n)
function date(value, pattern = 'YYYY-MM-DD') {
  const d = value instanceof Date ? value : new Date(value)
  const parts = { YYYY: d.getFullYear(), MM: pad(d.getMonth() + 1), DD: pad(d.getDate()), hh: pad(d.getHours()) }
  return Object.keys(parts).reduce((text, key) => text.replace(key, parts[key]), pattern)
}
function money(cents) {
  const sign = cents < 0 ? '-' : ''
  const value = Math.abs(cents)
  return sign + '¥' + Math.floor(value / 100) + '.' + pad(value % 100)
}
function clamp(value, low, high) { return Math.min(Math.max(value, low), high) }
function debounce(run, wait) {
  let timer = null
  return function (...args) {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => run.apply(this, args), wait)
  }
}
module.exports = { date, money, clamp, debounce }
";

const STORE: &str = "const listeners = {}
let state = { cart: [], address: null }
function emit(name, value) { (listeners[name] || []).forEach(run => run(value)) }
module.exports = {
  get: key => state[key],
  set(key, value) {
    state = { ...state, [key]: value }
    wx.setStorageSync('state', JSON.stringify(state))
    emit(key, value)
  },
  on(name, run) {
    listeners[name] = listeners[name] || []
    listeners[name].push(run)
    return () => { listeners[name] = listeners[name].filter(other => other !== run) }
  },
  restore() {
    try { state = Object.assign(state, JSON.parse(wx.getStorageSync('state') || '{}')) } catch (error) { console.warn(error) }
  }
}
";

const CARD: &str = "Component({
  properties: { item: Object, index: { type: Number, value: 0 } },
  data: { open: false },
  observers: { item(item) { this.setData({ title: item ? item.title : '' }) } },
  methods: {
    toggle() { this.setData({ open: !this.data.open }) },
    choose() { this.triggerEvent('choose', { index: this.data.index, item: this.data.item }) }
  }
})
";

const CARD_WXML: &str = "<view class=\"card {{open ? 'open' : ''}}\" bindtap=\"choose\">
  <text>{{index + 1}}. {{title}}</text>
  <view wx:if=\"{{open}}\"><slot></slot></view>
  <button size=\"mini\" catchtap=\"toggle\">{{open ? '收起' : '展开'}}</button>
</view>
";

const FORM: &str = "Component({
  properties: { value: { type: Object, value: {} } },
  methods: {
    change(event) {
      const key = event.currentTarget.dataset.key
      const value = Object.assign({}, this.data.value, { [key]: event.detail.value })
      this.setData({ value })
      this.triggerEvent('change', value)
    }
  }
})
";

const FORM_WXML: &str = "<view class=\"form\">
  <label>备注<input data-key=\"note\" value=\"{{value.note}}\" bindinput=\"change\"/></label>
  <label>数量<input data-key=\"count\" type=\"number\" value=\"{{value.count}}\" bindinput=\"change\"/></label>
  <slot></slot>
</view>
";

const HEAD: &str = "const { get, post } = require('#UP#utils/request')
const { date, money, clamp, debounce } = require('#UP#utils/format')
const store = require('#UP#utils/store')
const app = getApp()
const SIZE = 20
";

const LIST: &str = "Page({
  data: { list: [], page: 1, keyword: '', loading: false, done: false },
  onLoad(query) {
    this.category = query.category || ''
    this.search = debounce(() => this.reload(), 300)
    this.reload()
  },
  onPullDownRefresh() { this.reload().then(() => wx.stopPullDownRefresh()) },
  onReachBottom() { if (!this.data.done && !this.data.loading) this.more() },
  reload() { this.setData({ list: [], page: 1, done: false }); return this.more() },
  async more() {
    this.setData({ loading: true })
    try {
      const { items } = await get('/goods/#N#', { page: this.data.page, size: SIZE, q: this.data.keyword })
      const shown = items.map(item => ({ ...item, price: money(item.price), at: date(item.time) }))
      this.setData({ list: this.data.list.concat(shown), page: this.data.page + 1, done: items.length < SIZE })
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none' })
    } finally {
      this.setData({ loading: false })
    }
  },
  input(event) { this.setData({ keyword: event.detail.value }); this.search() },
  choose(event) { wx.navigateTo({ url: '/pages/p1/p1?id=' + event.detail.item.id }) }
})
";

const DETAIL: &str = "Page({
  data: { item: null, form: { count: 1, note: '' }, list: [] },
  onLoad({ id }) {
    this.id = id
    get('/item/#N#', { id }).then(item => this.setData({ item, list: item.related || [] }))
    this.off = store.on('cart', cart => this.setData({ inCart: cart.length }))
  },
  onUnload() { this.off() },
  change(event) { this.setData({ form: event.detail }) },
  add() {
    const count = clamp(Number(this.data.form.count) || 1, 1, 99)
    const cart = store.get('cart').filter(line => line.id !== this.id)
    cart.push({ id: this.id, count, note: this.data.form.note, price: this.data.item.price })
    store.set('cart', cart)
    wx.showToast({ title: '已加入' })
  },
  onShareAppMessage() { return { title: this.data.item.title, path: `/pages/p1/p1?id=${this.id}` } }
})
";

const ORDER: &str = "Page({
  data: { list: [], form: {}, address: null, total: 0 },
  onShow() {
    const list = store.get('cart') || []
    const total = list.reduce((sum, line) => sum + line.price * line.count, 0)
    this.setData({ list, total: money(total), address: store.get('address') })
  },
  chooseAddress() {
    wx.chooseAddress({
      success: res => {
        const address = { name: res.userName, phone: res.telNumber, line: res.provinceName + res.cityName + res.detailInfo }
        store.set('address', address)
        this.setData({ address })
      }
    })
  },
  change(event) { this.setData({ form: event.detail }) },
  async submit() {
    const lines = this.data.list.map(({ id, count, note }) => ({ id, count, note }))
    const { order } = await post('/order/#N#', { lines, address: this.data.address, note: this.data.form.note })
    store.set('cart', [])
    wx.redirectTo({ url: '/pages/p1/p1?order=' + order })
  }
})
";

const PLACE: &str = "Page({
  data: { shops: [], list: [], form: {}, center: null, scale: 14 },
  onLoad() { this.locate() },
  locate() {
    wx.getLocation({
      type: 'gcj02',
      success: ({ latitude, longitude }) => {
        this.setData({ center: { latitude, longitude } })
        this.near(latitude, longitude)
      },
      fail: () => wx.showModal({ title: '提示', content: '需要位置权限' })
    })
  },
  async near(latitude, longitude) {
    const { shops } = await get('/near/#N#', { latitude, longitude, radius: 3000 })
    shops.forEach((shop, index) => { shop.index = index; shop.far = Math.round(shop.distance / 100) / 10 })
    this.setData({ shops, list: shops.slice(0, SIZE) })
  },
  move(event) { if (event.type === 'end') this.setData({ scale: clamp(event.detail.scale, 5, 18) }) },
  choose(event) { wx.openLocation(this.data.shops[event.detail.index]) }
})
";

const PROFILE: &str = "Page({
  data: { user: null, form: {}, list: [], version: '1.#N#' },
  onShow() { this.setData({ user: app.globalData.user }) },
  login() {
    wx.getUserProfile({
      desc: '用于展示头像和昵称',
      success: ({ userInfo }) => {
        app.globalData.user = userInfo
        this.setData({ user: userInfo })
        post('/user/#N#', { nick: userInfo.nickName, avatar: userInfo.avatarUrl, code: app.globalData.code })
      }
    })
  },
  change(event) { this.setData({ form: event.detail }) },
  save() {
    const { note } = this.data.form
    if (!note || note.length > 200) return wx.showToast({ title: '请填写', icon: 'none' })
    return post('/feedback/#N#', { note, version: this.data.version }).then(() => wx.navigateBack())
  },
  clear() { wx.clearStorageSync(); app.globalData.user = null; this.setData({ user: null }) }
})
";

const HELPER: &str = "
function group#H#(list, key) {
  const groups = {}
  for (const item of list) {
    const name = item[key] || 'other'
    if (!groups[name]) groups[name] = { name, items: [], total: 0 }
    groups[name].items.push(item)
    groups[name].total += item.count || 0
  }
  return Object.keys(groups).sort().map(name => groups[name])
}
function step#H#(state, action) {
  switch (action.type) {
    case 'add': return { ...state, items: [...state.items, action.item] }
    case 'remove': return { ...state, items: state.items.filter(item => item.id !== action.id) }
    case 'rename': return { ...state, title: action.title.trim() || state.title }
    case 'clear': return { ...state, items: [], title: '' }
    default: return state
  }
}
exports.reduce#H# = (actions, key) => group#H#(actions.reduce(step#H#, { items: [], title: '#N#' }).items, key)
";

const WXML: &str = "<import src=\"#UP#components/card/card.wxml\"/>
<view class=\"page page-#N#\">
  <view class=\"head\" wx:if=\"{{user}}\"><image src=\"{{user.avatarUrl}}\"/><text>{{user.nickName}}</text></view>
  <view class=\"head\" wx:else bindtap=\"login\">登录</view>
  <view wx:if=\"{{address}}\" class=\"address\">{{address.name}} {{address.phone}} {{address.line}}</view>
  <card wx:for=\"{{list}}\" wx:key=\"id\" item=\"{{item}}\" index=\"{{index}}\" bind:choose=\"choose\">
    <text class=\"price {{item.off ? 'off' : ''}}\">{{item.price}}</text>
    <text>{{item.at || '今天'}}</text>
  </card>
  <form-box value=\"{{form}}\" bind:change=\"change\"><text>共 {{list.length}} 件，{{total}}</text></form-box>
  <map wx:if=\"{{center}}\" latitude=\"{{center.latitude}}\" longitude=\"{{center.longitude}}\" scale=\"{{scale}}\" bindregionchange=\"move\"/>
  <button bindtap=\"submit\" disabled=\"{{!list.length || loading}}\">{{loading ? '请稍候' : '提交'}}</button>
</view>
";
