use super::solver::Solver;
use super::*;
use rustc_hash::FxHashMap;
impl Solver<'_> {
    pub fn dump(&self) {
        eprintln!("nodes {} edges {} objects {} instances {} calls {} work {} invoked {} loaded {}", self.graph.node_count(), self.graph.edge_count(), self.objects.len(), self.instances.len(), self.calls.len(), self.work, self.invoked.len(), self.loaded.len());
        let mut kinds: FxHashMap<String, usize> = FxHashMap::default();
        for i in 0..self.objects.len() { let o = self.objects.get(ObjId(i as u32)).object; let s = format!("{o:?}"); let k = s.split([' ', '(']).next().unwrap().to_owned(); let k = if let objects::Object::Alloc{ty,..} = o { format!("{k}:{}", self.symbols.text(ty)) } else { k }; *kinds.entry(k).or_default() += 1; }
        let mut k: Vec<_> = kinds.into_iter().collect(); k.sort_by_key(|(_, n)| std::cmp::Reverse(*n)); eprintln!("{:?}", &k[..k.len().min(30)]);
        let mut nk: FxHashMap<&'static str, (usize, usize)> = FxHashMap::default();
        let mut big: Vec<(usize, usize)> = Vec::new();
        for (i, st) in self.states.iter().enumerate() {
            let n = st.objects.list().len();
            let kind = match self.graph[NodeId::new(i)] { Node::Value{..} => "value", Node::Cell{..} => "cell", Node::Result{..} => "result", Node::Field{field: objects::Field::Any, ..} => "any", Node::Field{field: objects::Field::Named(_), ..} => "named", Node::Field{..} => "content", Node::Lookup{..} => "lookup", Node::Deep{..} => "deep", Node::Place{..} => "place" };
            let e = nk.entry(kind).or_default(); e.0 += 1; e.1 += n;
            big.push((n, i));
        }
        eprintln!("{nk:?}");
        big.sort(); big.reverse();
        let mut hist = [0usize; 20];
        for (n, _) in &big { hist[(usize::BITS - n.leading_zeros()) as usize] += 1; }
        eprintln!("hist log2 {hist:?}");
        for (n, i) in big.iter().take(25).chain(big.iter().skip(1000).take(5)).chain(big.iter().skip(20000).take(5)) { eprintln!("{n} {}", self.describe(NodeId::new(*i))); }
        // instances per func
        let mut pf: FxHashMap<FuncId, usize> = FxHashMap::default();
        for i in &self.instances { *pf.entry(i.func).or_default() += 1; }
        let mut pf: Vec<_> = pf.into_iter().collect(); pf.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        for (f, n) in pf.iter().take(25) { eprintln!("inst {n} {}", self.fname(*f)); }
        // biggest set composition
        if let Some((_, i)) = big.first() { let mut kinds: FxHashMap<String, usize> = FxHashMap::default();
            for o in self.states[*i].objects.list() { let s = format!("{:?}", self.objects.get(*o).object); let k = s.split([' ', '(']).next().unwrap().to_owned(); *kinds.entry(k).or_default() += 1; } eprintln!("biggest: {kinds:?}"); }
    }
    fn fname(&self, f: FuncId) -> String { let e = self.program.get(f); let n = e.function.name.map(|n| self.symbols.text(e.sym(n)).to_owned()).unwrap_or_default(); let sp = self.program.span(f, e.function.at).map(|s| format!("{}:{}", self.project.files.get(s.file).path, s.start)); format!("{n} {sp:?} {:?}", e.origin) }
    fn describe(&self, n: NodeId) -> String { match self.graph[n] { Node::Value{inst, val} => format!("value {val} of {}", self.fname(self.instances[inst.0 as usize].func)), Node::Cell{inst, cell} => format!("cell {cell} of {}", self.fname(self.instances[inst.0 as usize].func)), Node::Result{inst} => format!("result of {}", self.fname(self.instances[inst.0 as usize].func)), Node::Field{obj, field} => { let f = match field { objects::Field::Named(s) | objects::Field::Content(s) => self.symbols.text(s).to_owned(), _ => "*".into() }; format!("field {f} of {:?}", self.objects.get(obj).object) }, o => format!("{o:?}") } }
}
