//! Packs a program as the platform does: modules in one script, templates as functions over tables of constants, and a
//! container around all. Knows the form of packages, and nothing of how they are read.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;
use swc_common::Spanned;
use swc_ecma_ast::{BinaryOp, Callee, Expr, Ident, IdentName, Lit, MemberProp, Prop, PropName, PropOrSpread};
use swc_ecma_visit::{Visit, VisitWith};
use wxray::base::{FileId, FileKind};
use wxray::syntax::wxml::{Element, Node, Part, Value};
use wxray::syntax::{script, span_of, wxml};

/// A list to repeat a tag for, in both spellings.
const FOR: [&str; 2] = ["wx:for", "wx:for-items"];

/// Parameters of a module in the package.
const PARAMETERS: &str = "require, module, exports, window,document,frames,self,location,navigator,localStorage,\
    history,Caches,screen,alert,confirm,prompt,XMLHttpRequest,WebSocket,Reporter,webkit,WeixinJSCore";
const HEAD: &str = "var __wxAppData={};var __wxAppCode__=__wxAppCode__||{};var global=global||{};\
    var __WXML_GLOBAL__={entrys:{},defines:{},modules:{},ops:[]};var Component=Component||function(){};\n";
const PRELUDE: &str = "function _(a,b){if(typeof(b)!='undefined')a.children.push(b);}\
    function _v(k){return {tag:'virtual',children:[]};}function _n(tag){return {tag:'wx-'+tag,attr:{},children:[]}}\n";

/// Whether a path has this extension.
pub fn is(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == extension)
}

/// The files of a package, by name.
pub fn compile(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut packed = BTreeMap::new();
    packed.insert("app-config.json".to_owned(), app_config(files));
    packed.insert("app-service.js".to_owned(), app_service(files));
    packed.insert("page-frame.html".to_owned(), page_frame(files));
    packed
}

/// A container with these files.
pub fn contain(files: &BTreeMap<String, String>) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).expect("a small number").to_be_bytes();
    let index_len = 4 + files.keys().map(|name| 13 + name.len()).sum::<usize>();
    let body_len = files.values().map(String::len).sum();
    let mut bytes = vec![0xBE];
    bytes.extend([0, index_len, body_len].into_iter().flat_map(number));
    bytes.push(0xED);
    bytes.extend(number(files.len()));
    let mut offset = 14 + index_len;
    for (name, text) in files {
        bytes.extend(number(name.len() + 1));
        bytes.extend(format!("/{name}").bytes());
        bytes.extend(number(offset));
        bytes.extend(number(text.len()));
        offset += text.len();
    }
    bytes.extend(files.values().flat_map(|text| text.bytes()));
    bytes
}

fn app_config(files: &BTreeMap<String, String>) -> String {
    let read = |text: &String| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let mut app = files.get("app.json").map(read).unwrap_or_default();
    app.as_object_mut().expect("an app").remove("usingComponents");
    let mut pages = app["pages"].as_array().cloned().unwrap_or_default();
    for key in ["subPackages", "subpackages"] {
        for package in app[key].as_array_mut().into_iter().flatten() {
            let root = format!("{}/", package["root"].as_str().unwrap_or_default().trim_matches('/'));
            for page in package["pages"].as_array_mut().into_iter().flatten() {
                *page = format!("{root}{}", page.as_str().unwrap_or_default()).into();
                pages.push(page.clone());
            }
            package["root"] = root.into();
        }
        if app[key].is_null() {
            app.as_object_mut().expect("an app").remove(key);
        }
    }
    app["entryPagePath"] = format!("{}.html", pages[0].as_str().unwrap_or_default()).into();
    app["pages"] = pages.into();
    app["page"] = serde_json::json!({});
    serde_json::to_string(&app).expect("JSON")
}

fn app_service(files: &BTreeMap<String, String>) -> String {
    let mut code = HEAD.to_owned();
    for (path, text) in files.iter().filter(|(path, _)| is(path, "json")) {
        let _ = writeln!(code, "__wxAppCode__['{path}']={text};");
    }
    let is_unit = |path: &str| files.contains_key(&path.replace(".js", ".wxml"));
    let modules = || files.iter().filter(|(path, _)| is(path, "js"));
    for (path, text) in modules().filter(|(path, _)| !is_unit(path)) {
        let _ = writeln!(code, "define(\"{path}\", function({PARAMETERS}){{\"use strict\";\n{}\n}});", common(text));
    }
    code.push_str("require(\"app.js\");\n");
    for (path, text) in modules().filter(|(path, _)| is_unit(path)) {
        let route = path.trim_end_matches(".js");
        let _ = writeln!(
            code,
            "__wxRoute='{route}';__wxRouteBegin=true;__wxAppCurrentFile__='{path}';\
             define(\"{path}\", function({PARAMETERS}){{\"use strict\";\n{}\n}});require(\"{path}\");",
            common(text)
        );
    }
    code
}

/// A module as CommonJS, in which packages have all of them. Declarations of imports and exports stand on lines of
/// their own.
fn common(text: &str) -> String {
    static IMPORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?m)^import\s+(?:(.+?)\s+from\s+)?(['"][^'"]+['"]);?"#).expect("a pattern"));
    static EXPORT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^export\s+((?:async\s+)?(?:const|let|var|function\*?|class)\s+)(\w+)").expect("a pattern")
    });
    static LIST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^export\s*\{([^}]*)\};?$").expect("a pattern"));
    static ALL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)^export\s*\*(?:\s+as\s+(\w+))?\s+from\s+(['"][^'"]+['"]);?$"#).expect("a pattern")
    });
    let imported = IMPORT.replace_all(text, |found: &regex::Captures| match found.get(1).map(|names| names.as_str()) {
        None => format!("require({});", &found[2]),
        Some(names) if names.starts_with('*') => {
            format!("const {} = require({});", names.trim_start_matches("* as "), &found[2])
        }
        Some(names) if names.starts_with('{') => {
            format!("const {} = require({});", names.replace(" as ", ": "), &found[2])
        }
        Some(names) => {
            let (name, list) = names.split_once(", {").map_or((names, None), |(name, list)| (name, Some(list)));
            let list = list.map(|list| format!(" const {{{} = require({});", list.replace(" as ", ": "), &found[2]));
            format!(
                "const {name} = (m => m && m.__esModule ? m : {{ default: m }})(require({})).default;{}",
                &found[2],
                list.unwrap_or_default()
            )
        }
    });
    if imported == text && !text.contains("\nexport ") && !text.starts_with("export ") {
        return text.to_owned();
    }
    let names: Vec<String> = EXPORT.captures_iter(text).map(|found| format!("exports.{0} = {0};", &found[2])).collect();
    let listed = LIST
        .captures_iter(text)
        .flat_map(|found| found[1].split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>());
    let listed: Vec<String> = listed
        .filter(|name| !name.is_empty())
        .map(|name| {
            let (inner, outer) = name.split_once(" as ").unwrap_or((&name, &name));
            format!("exports.{outer} = {inner};")
        })
        .collect();
    // What the module hands out itself comes before what it hands on.
    let handed_on: String = ALL
        .captures_iter(text)
        .map(|found| match found.get(1) {
            Some(name) => format!("exports.{} = require({});", name.as_str(), &found[2]),
            None => format!(
                "Object.keys(require({0})).forEach(name => {{ if (!(name in exports)) exports[name] = require({0})[name] }});",
                &found[2]
            ),
        })
        .collect();
    let code = EXPORT.replace_all(&imported, "$1$2");
    let code = ALL.replace_all(&code, "");
    let code = LIST.replace_all(&code, "").replace("export default ", "exports.default = ");
    format!(
        "Object.defineProperty(exports, '__esModule', {{ value: true }});{code}\n{}{}{handed_on}",
        names.concat(),
        listed.concat()
    )
}

fn page_frame(files: &BTreeMap<String, String>) -> String {
    let (mut tables, mut functions, mut scripts) = (String::new(), String::new(), String::new());
    let paths: Vec<&str> = files.keys().map(String::as_str).filter(|path| is(path, "wxml")).collect();
    let mut modules = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let text = &files[*path];
        let (document, _) = wxml::parse(FileId(0), text);
        let mut writer = Writer { path, text, paths: &paths, number, ..Writer::default() };
        writer.file(&document.nodes);
        let constants: Vec<String> = writer.constants.iter().map(|constant| format!("Z({constant})")).collect();
        let name = format!("$gwx_{}", number + 1);
        let _ = writeln!(
            tables,
            "function gz{name}(){{\nif( __WXML_GLOBAL__.ops_cached.{name})return __WXML_GLOBAL__.ops_cached.{name}\n\
             __WXML_GLOBAL__.ops_cached.{name}=[];\n(function(z){{var a=11;function Z(ops){{z.push(ops)}}\n{}\n\
             }})(__WXML_GLOBAL__.ops_cached.{name});return __WXML_GLOBAL__.ops_cached.{name}\n}}",
            constants.join("\n")
        );
        functions.push_str(&writer.functions);
        scripts.push_str(&writer.scripts);
        modules.extend(writer.modules);
    }
    for (path, text) in files.iter().filter(|(path, _)| is(path, "wxs")) {
        modules.push((format!("p_./{path}"), wxs(path, text)));
    }
    let names: Vec<String> = modules.iter().enumerate().map(|(at, (key, _))| format!("\"{key}\":np_{at}")).collect();
    let bodies: Vec<String> = modules
        .iter()
        .enumerate()
        .map(|(at, (_, body))| {
            format!("function np_{at}(){{var nv_module={{nv_exports:{{}}}};{body}\nreturn nv_module.nv_exports;}}")
        })
        .collect();
    let list: Vec<String> = paths.iter().map(|path| format!("'./{path}'")).collect();
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"UTF-8\" /></head>\n<body><div id=\"页面\"></div>\n<script>\n\
         /*v0.5vv_20200413_syb_scopedata*/window.__wcc_version__='v0.5vv';\n$gwx=function(path,global){{\n{PRELUDE}\n\
         var z=__WXML_GLOBAL__.ops_set.$gwx || [];\n{tables}\n\
         var nv_require=function(){{var nnm={{{}}};var nom={{}};return function(n){{return nnm[n]}}}}()\n{scripts}\n{}\n\
         var x=[{}];\n{functions}\nif(path&&e_[path]){{return function(env,dd,global){{return e_[path].f(env,dd,{{}},global)}}}}\n}}\n\
         </script>\n</body></html>\n",
        names.join(","),
        bodies.join("\n"),
        list.join(",")
    )
}

/// Compiles one template.
#[derive(Default)]
struct Writer<'t> {
    path: &'t str,
    text: &'t str,
    paths: &'t [&'t str],
    number: usize,
    constants: Vec<String>,
    functions: String,
    scripts: String,
    modules: Vec<(String, String)>,
    n_names: usize,
}

impl<'t> Writer<'t> {
    fn file(&mut self, nodes: &'t [Node]) {
        let number = self.number;
        let mut named = Vec::new();
        collect_named(nodes, &mut named);
        let _ = writeln!(self.functions, "d_[x[{number}]]={{}}");
        for element in named {
            let name = self.attribute(element, "name").unwrap_or_default();
            let mut body = String::new();
            self.nodes(&element.children, "r", "e", "s", &mut body);
            let _ = writeln!(
                self.functions,
                "d_[x[{number}]][\"{name}\"]=function(e,s,r,gg){{\nvar z=gz$gwx_{}()\nvar b=x[{number}]+':{name}'\n\
                 r.wxVkey=b\ngg.f=$gdc(f_[\"./{}\"],\"\",1)\nif(p_[b]){{_wl(b,x[{number}]);return}}\np_[b]=true\ntry{{\n\
                 {body}}}catch(err){{\np_[b]=false\nthrow err\n}}\np_[b]=false\nreturn r\n}}",
                number + 1,
                self.path,
            );
        }
        let mut body = String::new();
        self.nodes(nodes, "r", "e", "s", &mut body);
        let _ = writeln!(
            self.functions,
            "var m{number}=function(e,s,r,gg){{\nvar z=gz$gwx_{}()\n{body}return r\n}}\n\
             e_[x[{number}]]={{f:m{number},j:[],i:[],ti:[],ic:[]}}",
            number + 1
        );
    }

    fn nodes(&mut self, nodes: &'t [Node], parent: &str, env: &str, scope: &str, out: &mut String) {
        let mut at = 0;
        while at < nodes.len() {
            match &nodes[at] {
                Node::Text(value) => {
                    let (name, constant) = (self.name(), self.value(value));
                    let _ = writeln!(out, "var {name}=_oz(z,{constant},{env},{scope},gg)\n_({parent},{name})");
                }
                Node::Element(element) if self.has(element, "wx:if") && !self.is_loop(element) => {
                    at += self.chain(&nodes[at..], parent, env, scope, out);
                    continue;
                }
                Node::Element(element) => self.element(element, parent, env, scope, out),
            }
            at += 1;
        }
    }

    /// An element with `wx:if` and the alternatives behind it; gives how many nodes they are.
    fn chain(&mut self, nodes: &'t [Node], parent: &str, env: &str, scope: &str, out: &mut String) -> usize {
        let name = self.name();
        let _ = writeln!(out, "var {name}=_v()\n_({parent},{name})");
        let mut n_taken = 0;
        for node in nodes {
            let Node::Element(element) = node else { break };
            let test = ["wx:if", "wx:elif"].iter().find_map(|name| self.find(element, name));
            let is_else = self.has(element, "wx:else");
            if n_taken > 0 && (self.has(element, "wx:if") || (test.is_none() && !is_else)) {
                break;
            }
            let head = match test {
                Some(test) => format!("if(_oz(z,{},{env},{scope},gg))", self.value(test)),
                None => String::new(),
            };
            let word = if n_taken == 0 { "" } else { "else " };
            n_taken += 1;
            let _ = writeln!(out, "{word}{head}{{{name}.wxVkey={n_taken}");
            self.element(element, &name, env, scope, out);
            out.push_str("}\n");
        }
        let _ = writeln!(out, "{name}.wxXCkey=1");
        n_taken
    }

    fn element(&mut self, element: &'t Element, parent: &str, env: &str, scope: &str, out: &mut String) {
        if let Some(list) = FOR.iter().find_map(|name| self.find(element, name)) {
            let (list, group, function) = (self.value(list), self.name(), self.name());
            let (item_env, item_scope, inner) = (self.name(), self.name(), self.name());
            let named = |name: &str, other: &str| self.attribute(element, name).unwrap_or(other.to_owned());
            let (item, index) = (named("wx:for-item", "item"), named("wx:for-index", "index"));
            let mut body = String::new();
            if let Some(test) = self.find(element, "wx:if") {
                let (branch, test) = (self.name(), self.value(test));
                let _ = writeln!(
                    body,
                    "var {branch}=_v()\n_({inner},{branch})\nif(_oz(z,{test},{item_env},{item_scope},gg)){{{branch}.wxVkey=1"
                );
                self.plain(element, &branch, &item_env, &item_scope, &mut body);
                body.push_str("}\n");
            } else {
                self.plain(element, &inner, &item_env, &item_scope, &mut body);
            }
            let _ = writeln!(
                out,
                "var {group}=_v()\n_({parent},{group})\nvar {function}=function({item_env},{item_scope},{inner},gg){{\n\
                 {body}return {inner}\n}}\n{group}.wxXCkey=2\n\
                 _2z(z,{list},{function},{env},{scope},gg,{group},'{item}','{index}','')"
            );
            return;
        }
        self.plain(element, parent, env, scope, out);
    }

    fn plain(&mut self, element: &'t Element, parent: &str, env: &str, scope: &str, out: &mut String) {
        match element.tag.as_str() {
            "block" => self.nodes(&element.children, parent, env, scope, out),
            "wxs" => self.wxs(element),
            "import" | "include" => self.request(element, parent, env, scope, out),
            "template" if self.has(element, "name") => {}
            "template" => self.template(element, parent, env, scope, out),
            _ => self.tag(element, parent, env, scope, out),
        }
    }

    fn tag(&mut self, element: &'t Element, parent: &str, env: &str, scope: &str, out: &mut String) {
        let name = self.name();
        let own = element.attributes.iter().filter(|attribute| !attribute.name.starts_with("wx:"));
        let mut list = Vec::new();
        let mut base = 0;
        for attribute in own {
            let number = match &attribute.value {
                Some(value) => {
                    let index = i64::try_from(self.value(value)).expect("a small number");
                    let number = index - base;
                    if base == 0 {
                        base = index;
                    }
                    number
                }
                None => -1 - base,
            };
            list.push(format!("'{}',{number}", attribute.name));
        }
        let _ = match list.as_slice() {
            [] => writeln!(out, "var {name}=_n('{}')", element.tag),
            [one] if !one.contains('-') => {
                writeln!(out, "var {name}=_n('{}')\n_rz(z,{name},{one},{env},{scope},gg)", element.tag)
            }
            _ => writeln!(out, "var {name}=_mz(z,'{}',[{}],[],{env},{scope},gg)", element.tag, list.join(",")),
        };
        self.nodes(&element.children, &name, env, scope, out);
        let _ = writeln!(out, "_({parent},{name})");
    }

    fn template(&mut self, element: &'t Element, parent: &str, env: &str, scope: &str, out: &mut String) {
        let Some(is) = self.find(element, "is") else { return };
        let is = self.value(is);
        let data = match self.find(element, "data") {
            Some(value) => self.data(value),
            None => self.constant("[[8],'',[1,0]]".to_owned()),
        };
        let [group, name, template, made, kept] = std::array::from_fn(|_| self.name());
        let number = self.number;
        let _ = writeln!(
            out,
            "var {group}=_v()\n_({parent},{group})\nvar {name}=_oz(z,{is},{env},{scope},gg)\n\
             var {template}=_gd(x[{number}],{name},e_,d_)\nif({template}){{\n\
             var {made}=_1z(z,{data},{env},{scope},gg) || {{}}\nvar {kept}=gg.f\n{group}.wxXCkey=3\n\
             {template}({made},{made},{group},gg)\ngg.f={kept}\n}}\nelse _w({name},x[{number}],1,1)"
        );
    }

    fn request(&mut self, element: &'t Element, parent: &str, env: &str, scope: &str, out: &mut String) {
        let src = self.attribute(element, "src").unwrap_or_default();
        let path = resolve(self.path, &src);
        let path = if is(&path, "wxml") { path } else { path + ".wxml" };
        let Some(target) = self.paths.iter().position(|other| *other == path) else { return };
        let (number, list) = (self.number, self.name());
        let _ = match element.tag.as_str() {
            "import" => {
                writeln!(out, "var {list}=e_[x[{number}]].i\n_ai({list},x[{target}],e_,x[{number}],1,1)\n{list}.pop()")
            }
            _ => writeln!(
                out,
                "var {list}=e_[x[{number}]].j\n_ic(x[{target}],e_,x[{number}],{env},{scope},{parent},gg)\n{list}.pop()"
            ),
        };
    }

    fn wxs(&mut self, element: &'t Element) {
        let Some(name) = self.attribute(element, "module") else { return };
        let path = self.path;
        let key = match (self.attribute(element, "src"), element.raw) {
            (Some(src), _) => format!("p_./{}", resolve(path, &src)),
            (None, Some(raw)) => {
                let key = format!("m_./{path}:{name}");
                self.modules.push((key.clone(), wxs(path, &self.text[raw.range()])));
                key
            }
            (None, None) => return,
        };
        let _ = writeln!(self.scripts, "f_['./{path}']={{}};");
        let made = format!("nv_require(\"{key}\")");
        let right = key.strip_prefix("p_").map_or(made.clone(), |file| format!("f_['{file}'] || {made}"));
        let _ = writeln!(self.scripts, "f_['./{path}']['{name}'] ={right};\nf_['./{path}']['{name}']();");
    }

    fn name(&mut self) -> String {
        self.n_names += 1;
        format!("v{}_{}", self.number, self.n_names)
    }

    fn find(&self, element: &'t Element, name: &str) -> Option<&'t Value> {
        element.attributes.iter().find(|attribute| attribute.name == name)?.value.as_ref()
    }

    fn is_loop(&self, element: &Element) -> bool {
        FOR.iter().any(|name| self.has(element, name))
    }

    fn has(&self, element: &Element, name: &str) -> bool {
        element.attributes.iter().any(|attribute| attribute.name == name)
    }

    fn attribute(&self, element: &'t Element, name: &str) -> Option<String> {
        Some(self.text[self.find(element, name)?.span.range()].to_owned())
    }

    /// A constant that is there already is named by its number.
    fn constant(&mut self, constant: String) -> usize {
        let before = self.constants.iter().position(|other| *other == constant);
        self.constants.push(before.map_or(constant, |at| format!("z[{at}]")));
        self.constants.len() - 1
    }

    fn value(&mut self, value: &Value) -> usize {
        let parts: Vec<String> = value
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(span) => format!("[3,{}]", quoted(&self.text[span.range()])),
                Part::Expression(binding) => {
                    binding.expr.as_ref().map_or("[1,null]".to_owned(), |expr| operation(expr))
                }
            })
            .collect();
        self.constant(match parts.as_slice() {
            [] => "[3,'']".to_owned(),
            [one] => one.clone(),
            _ => {
                // So is a part of one: `z[3][2]`.
                let named = parts.iter().map(|part| self.part(part).unwrap_or_else(|| part.clone()));
                format!("[a,{}]", named.collect::<Vec<_>>().join(","))
            }
        })
    }

    /// The same for a part of a text, which may be a constant itself or a part of one: `z[3][2]`.
    fn part(&self, part: &str) -> Option<String> {
        self.constants.iter().enumerate().find_map(|(at, constant)| {
            if constant == part {
                return Some(format!("z[{at}]"));
            }
            let first = constant.strip_prefix("[a,")?.strip_prefix(part)?;
            first.starts_with(',').then(|| format!("z[{at}][1]"))
        })
    }

    /// `data="{{item}}"` is an object with that member.
    fn data(&mut self, value: &Value) -> usize {
        if let [Part::Expression(binding)] = value.parts.as_slice()
            && let Some(Expr::Ident(name)) = binding.expr.as_deref()
        {
            return self.constant(format!("[[8],'{0}',[[7],[3,'{0}']]]", name.sym));
        }
        self.value(value)
    }
}

fn collect_named<'t>(nodes: &'t [Node], named: &mut Vec<&'t Element>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        if element.tag == "template" && element.attributes.iter().any(|attribute| attribute.name == "name") {
            named.push(element);
        }
        collect_named(&element.children, named);
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', ""))
}

/// The constant for an expression in `{{ }}`.
fn operation(expr: &Expr) -> String {
    match expr {
        Expr::Paren(paren) => operation(&paren.expr),
        Expr::Ident(name) if &*name.sym == "undefined" => "[1,undefined]".to_owned(),
        Expr::Ident(name) => format!("[[7],[3,'{}']]", name.sym),
        Expr::Lit(Lit::Str(text)) => format!("[1,{}]", quoted(&text.value.to_string_lossy())),
        Expr::Lit(Lit::Num(number)) => format!("[1,{}]", number.value),
        Expr::Lit(Lit::Bool(truth)) => format!("[1,{}]", truth.value),
        Expr::Member(member) => {
            let key = match &member.prop {
                MemberProp::Computed(key) => operation(&key.expr),
                MemberProp::Ident(key) => format!("[3,'{}']", key.sym),
                MemberProp::PrivateName(_) => "[1,null]".to_owned(),
            };
            format!("[[6],{},{key}]", operation(&member.obj))
        }
        Expr::Bin(bin) => format!("[[2,'{}'],{},{}]", sign(bin.op), operation(&bin.left), operation(&bin.right)),
        Expr::Unary(unary) => format!("[[2,'{}'],{}]", unary.op.as_str(), operation(&unary.arg)),
        Expr::Cond(cond) => {
            let parts = [&cond.test, &cond.cons, &cond.alt].map(|expr| operation(expr));
            format!("[[2,'?:'],{}]", parts.join(","))
        }
        Expr::Array(array) => {
            let elements = array.elems.iter().flatten().map(|element| operation(&element.expr));
            format!("[[4],{}]", list(elements))
        }
        Expr::Object(object) => object
            .props
            .iter()
            .map(member)
            .reduce(|a, b| format!("[[9],{a},{b}]"))
            .unwrap_or("[[8],'',[1,0]]".to_owned()),
        Expr::Call(call) => {
            let Callee::Expr(callee) = &call.callee else { return "[1,null]".to_owned() };
            format!("[[12],{},{}]", operation(callee), list(call.args.iter().map(|arg| operation(&arg.expr))))
        }
        Expr::Tpl(template) => {
            let texts = template.quasis.iter().map(|quasi| format!("[3,{}]", quoted(&quasi.raw)));
            let values = template.exprs.iter().map(|expr| operation(expr)).map(Some).chain([None]);
            let parts: Vec<String> =
                texts.zip(values).flat_map(|(text, value)| std::iter::once(text).chain(value)).collect();
            format!("[a,{}]", parts.join(","))
        }
        _ => "[1,null]".to_owned(),
    }
}

fn sign(op: BinaryOp) -> &'static str {
    op.as_str()
}

fn list(elements: impl Iterator<Item = String>) -> String {
    elements.fold("[[5]]".to_owned(), |before, element| match before.as_str() {
        "[[5]]" => format!("[[5],{element}]"),
        _ => format!("[[5],{before},{element}]"),
    })
}

fn member(prop: &PropOrSpread) -> String {
    match prop {
        PropOrSpread::Spread(spread) => format!("[[10],{}]", operation(&spread.expr)),
        PropOrSpread::Prop(prop) => match &**prop {
            Prop::Shorthand(name) => format!("[[8],'{0}',[[7],[3,'{0}']]]", name.sym),
            Prop::KeyValue(pair) => {
                let key = match &pair.key {
                    PropName::Ident(key) => key.sym.to_string(),
                    PropName::Str(key) => key.value.to_string_lossy().into_owned(),
                    _ => String::new(),
                };
                format!("[[8],'{key}',{}]", operation(&pair.value))
            }
            _ => "[[8],'',[1,0]]".to_owned(),
        },
    }
}

/// The path that `request` in the file `from` stands for.
fn resolve(from: &str, request: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let base = if request.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in request.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// A WXS module with a prefix before each name.
fn wxs(path: &str, text: &str) -> String {
    struct Names<'p> {
        path: &'p str,
        edits: Vec<(u32, u32, String)>,
    }
    impl Names<'_> {
        fn name(&mut self, span: swc_common::Span) {
            let at = span_of(FileId(0), span).start;
            self.edits.push((at, at, "nv_".to_owned()));
        }
    }
    impl Visit for Names<'_> {
        fn visit_ident(&mut self, ident: &Ident) {
            self.name(ident.span);
        }
        fn visit_ident_name(&mut self, ident: &IdentName) {
            self.name(ident.span);
        }
        fn visit_call_expr(&mut self, call: &swc_ecma_ast::CallExpr) {
            let name = match &call.callee {
                Callee::Expr(callee) => callee.as_ident().map(|name| name.sym.to_string()),
                _ => None,
            };
            if name.as_deref() == Some("require")
                && let Some(Expr::Lit(Lit::Str(request))) = call.args.first().map(|arg| &*arg.expr)
            {
                let span = span_of(FileId(0), call.span());
                let target = resolve(self.path, &request.value.to_string_lossy());
                self.edits.push((span.start, span.end, format!("nv_require(\"p_./{target}\")()")));
            } else {
                call.visit_children_with(self);
            }
        }
    }
    let (script, _) = script::parse(FileId(0), FileKind::Wxs, text);
    let mut names = Names { path, edits: Vec::new() };
    script.expect("a script").program.visit_with(&mut names);
    names.edits.sort();
    let mut made = String::new();
    let mut at = 0;
    for (start, end, words) in names.edits {
        made.push_str(&text[at..start as usize]);
        made.push_str(&words);
        at = end as usize;
    }
    made + &text[at..]
}
