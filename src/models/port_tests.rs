//! Tests of the notation of ports. Knows nothing but `port.rs`.

use proptest::prelude::*;

use super::port::{Access, Base, Port, parse_accesses};

fn property(name: &str) -> Access {
    Access::Property(name.into())
}

#[test]
fn every_form_of_the_grammar_is_read() {
    let accesses = |text: &str| text.parse::<Port>().expect(text).accesses;
    assert_eq!(
        accesses("arg[0].success.param[0].latitude"),
        [property("success"), Access::Param(0), property("latitude")]
    );
    assert_eq!(accesses("return.@promise[0]"), [Access::Content("promise".into()), Access::Index(0)]);
    assert_eq!(accesses("arg[0].return[*]"), [Access::Return, Access::Element]);
    assert_eq!(accesses("arg[0].*"), [Access::Properties]);
    assert_eq!(accesses("return.off.arg[1]"), [property("off"), Access::Arg(1)]);
    let key = Port::of(Base::Arg(0)).then([property("key")]);
    assert_eq!(accesses("store(wx.storage).{arg[0].key}"), [Access::Computed(Box::new(key))]);
    assert_eq!(accesses(r#"this["return"]["a b"]"#), [property("return"), property("a b")]);
}

#[test]
fn bases_are_told_apart() {
    let base = |text: &str| text.parse::<Port>().expect(text).base;
    assert_eq!(base("arg[2]"), Base::Arg(2));
    assert_eq!(base("arg[2..]"), Base::ArgsFrom(2));
    assert_eq!(base("arg[*]"), Base::ArgsFrom(0));
    assert_eq!(base("store(a.b)"), Base::Store("a.b".into()));
    assert_eq!(base("detail.value"), Base::Detail);
}

#[test]
fn a_path_without_a_base_is_read() {
    assert_eq!(
        parse_accesses("a.b[*].c").expect("a path"),
        [property("a"), property("b"), Access::Element, property("c")]
    );
    assert_eq!(parse_accesses("[*]").expect("a path"), [Access::Element]);
    assert_eq!(parse_accesses("").expect("a path"), []);
    assert_eq!(parse_accesses("a..b").expect_err("two dots").offset, 2);
}

#[test]
fn errors_point_at_the_byte() {
    let offset = |text: &str| text.parse::<Port>().expect_err("must not parse").offset;
    assert_eq!(offset("arg[x]"), 4);
    assert_eq!(offset("arg[0"), 5);
    assert_eq!(offset("arg[0].a b"), 8);
    assert_eq!(offset("argument[0]"), 0);
    assert_eq!(offset("store()"), 6);
    assert_eq!(offset("this.{that}"), 6);
}

#[test]
fn a_misspelt_base_gets_a_suggestion() {
    let error = "retrun.x".parse::<Port>().expect_err("must not parse");
    assert!(error.message.en.contains("did you mean `return`?"), "{error}");
    assert!(error.message.zh.contains("return"), "{error}");
}

fn a_base() -> impl Strategy<Value = Base> {
    prop_oneof![
        (0u32..9).prop_map(Base::Arg),
        (0u32..9).prop_map(Base::ArgsFrom),
        Just(Base::This),
        Just(Base::Return),
        Just(Base::Throw),
        "[a-z.]{1,9}".prop_map(Base::Store),
        Just(Base::Detail),
        Just(Base::Param),
        Just(Base::Callee),
    ]
}

fn an_access(port: impl Strategy<Value = Port> + 'static) -> impl Strategy<Value = Access> {
    prop_oneof![
        "\\PC{0,6}".prop_map(Access::Property),
        prop_oneof!["return", "param", "arg"].prop_map(Access::Property),
        (0u32..99).prop_map(Access::Index),
        Just(Access::Element),
        Just(Access::Properties),
        port.prop_map(|port| Access::Computed(Box::new(port))),
        "[a-z]{1,6}".prop_map(Access::Content),
        (0u32..9).prop_map(Access::Param),
        Just(Access::Return),
        (0u32..9).prop_map(Access::Arg),
    ]
}

fn a_port() -> impl Strategy<Value = Port> {
    a_base().prop_map(Port::of).prop_recursive(2, 12, 4, |inner| {
        (a_base(), prop::collection::vec(an_access(inner), 0..4)).prop_map(|(base, accesses)| Port { base, accesses })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(port in a_port()) {
        prop_assert_eq!(port.to_string().parse::<Port>(), Ok(port));
    }
}
