//! Tests of the built-in names: what they mean, and what only looks like it.

use proptest::prelude::*;

use super::*;
use crate::models::Models;

fn with_lexicon<T>(ask: impl FnOnce(&Lexicon<'_>) -> T) -> T {
    let models = Models::load(true, &[]).expect("the built-in models");
    ask(&Lexicon::new(&models.names, &models.name_words))
}

fn data_of(said: Said<'_>) -> Option<&str> {
    match said {
        Said::Data(meaning) => Some(meaning.data),
        Said::Nothing | Said::Other => None,
    }
}

fn meanings(names: &[&str]) -> Vec<String> {
    with_lexicon(|lexicon| {
        let meaning = |name: &&str| {
            let (owner, own) = name.rsplit_once('.').map_or((None, *name), |(owner, own)| (Some(owner), own));
            data_of(lexicon.name(owner, own)).unwrap_or("-").to_owned()
        };
        names.iter().map(meaning).collect()
    })
}

#[test]
fn names_of_personal_data_have_a_meaning() {
    let expected = [
        ("phone", "phone-number"),
        ("userPhone", "phone-number"),
        ("phone_number", "phone-number"),
        ("MOBILE", "phone-number"),
        ("tel", "phone-number"),
        ("receiverTel", "phone-number"),
        ("shouji", "phone-number"),
        ("bindPhoneInput", "phone-number"),
        ("shopOwner.phone", "-"),
        ("user.phone", "phone-number"),
        ("order.phone", "phone-number"),
        ("phone.value", "phone-number"),
        ("idCard", "id-number"),
        ("idcard", "id-number"),
        ("id_card_no", "id-number"),
        ("id_card_number", "id-number"),
        ("sfzh", "id-number"),
        ("realName", "real-name"),
        ("realname", "real-name"),
        ("xingming", "real-name"),
        ("userInfo.name", "real-name"),
        ("student_name", "real-name"),
        ("addressList.name", "real-name"),
        ("addressComponent.adcode", "address"),
        ("seller.nickname", "nickname"),
        ("goodsComments.nickname", "nickname"),
        ("shop.nickname", "-"),
        ("seller.mobile", "-"),
        ("nickName", "nickname"),
        ("nickname", "nickname"),
        ("avatarUrl", "avatar"),
        ("headimgurl", "avatar"),
        ("avatar.url", "avatar"),
        ("user.img", "avatar"),
        ("goods.img", "-"),
        ("doctors.name", "real-name"),
        ("store.address", "-"),
        ("openid", "openid"),
        ("_openid", "openid"),
        ("openId", "openid"),
        ("unionid", "unionid"),
        ("session_key", "secret-key"),
        ("token", "credential"),
        ("address", "address"),
        ("checkedAddress", "address"),
        ("address.detail", "address"),
        ("email", "email"),
        ("emailAddress", "email"),
        ("birthday", "birthday"),
        ("gender", "gender"),
        ("plateNumber", "license-plate"),
        ("bankCard", "bank-card"),
        ("wxid", "wechat-id"),
        ("qq", "qq"),
        ("xuehao", "student-id"),
        ("user.latitude", "location"),
        ("identity.name", "real-name"),
        ("birthDateMillis", "birthday"),
        ("licNumber", "id-number"),
        ("driverLicenseNo", "id-number"),
        ("allergyHistory", "health"),
        ("familyHistory", "health"),
        ("address.item.tel", "phone-number"),
        ("address.items[0].name", "real-name"),
        ("userInfo", "user-profile"),
        ("memberInfo", "user-profile"),
        ("userDataName", "real-name"),
        ("bindPasswordInput", "password"),
        ("xm", "real-name"),
        ("手机号", "phone-number"),
    ];
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    let found = meanings(&names);
    let wrong: Vec<_> = expected.iter().zip(&found).filter(|((_, wanted), got)| wanted != got).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn names_that_only_look_like_it_have_none() {
    let names = [
        "iphone",
        "iPhone",
        "phoneModel",
        "microphone",
        "nameSpace",
        "namespace",
        "productName",
        "goodsName",
        "fileName",
        "shopName",
        "name",
        "shop.name",
        "servicePhone",
        "customerServicePhone",
        "shop.phone",
        "shopInfo.phone",
        "hospital.tel",
        "addressId",
        "address.id",
        "ipAddress",
        "emailSubject",
        "hasPhone",
        "isMobile",
        "phoneLength",
        "phoneError",
        "mobileTip",
        "avatarWidth",
        "defaultAvatar",
        "title",
        "latitude",
        "store.latitude",
        "city",
        "telephoneCall",
        "hotel",
        "personal",
        "tokenType",
        "message",
        "genderRatio",
        "status",
        "level",
        "type",
        "mobileSite",
        "passwordLength",
        "isPassword",
        "equipment",
        "qqMap",
        "doctor.locationName",
        "doctor.titleName",
        "member.cardName",
        "bind.card_password",
        "user.bound.phone",
        "orderHistory",
        "businessLicenseNo",
        "birthPlaceMap",
        "userInfoLoaded",
        "",
    ];
    let found = meanings(&names);
    let wrong: Vec<_> = names.iter().zip(&found).filter(|(_, data)| *data != "-").collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn labels_say_what_is_typed() {
    let cases = [
        ("请输入手机号", "phone-number"),
        ("请输入您的手机号码（必填）", "phone-number"),
        ("身份证号：", "id-number"),
        ("您的姓名", "real-name"),
        ("收货人", "real-name"),
        ("请输入手机号收到的验证码", "verification-code"),
        ("短信验证码", "verification-code"),
        ("设置登录密码", "password"),
        ("QQ号", "qq"),
        ("Your phone number", "phone-number"),
        ("E-mail", "email"),
        ("Full name", "real-name"),
        ("请输入手机型号", "other"),
        ("搜索手机号", "other"),
        ("Search by phone", "other"),
        ("请输入店铺名称", "other"),
        ("请输入", "-"),
        ("Enter the amount", "other"),
        ("标题", "-"),
        ("收货人电话", "phone-number"),
        ("请输入收货人地址", "address"),
        ("收货人姓名", "real-name"),
        ("邮箱地址", "email"),
        ("社保卡号", "other"),
        ("借书卡号", "other"),
        ("驾驶证号", "id-number"),
        ("手机号（用于接收验证码）", "phone-number"),
        ("手机号/微信号", "phone-number"),
        ("初始密码为身份证/职工号", "password"),
        ("请如实填写姓名", "real-name"),
        ("姓名，与身份证一致", "real-name"),
        ("与身份证一致的姓名", "real-name"),
        ("（手机号）", "phone-number"),
        ("Consignee phone", "phone-number"),
        ("出生地", "region"),
    ];
    with_lexicon(|lexicon| {
        for (text, wanted) in cases {
            let said = match lexicon.label(text) {
                Said::Nothing => "-",
                Said::Other => "other",
                Said::Data(meaning) => meaning.data,
            };
            assert_eq!(said, wanted, "{text}");
        }
    });
}

#[test]
fn a_label_before_what_is_shown_stands_alone() {
    let cases = [
        (None, "学号：", Some("student-id")),
        (None, "姓名:", Some("real-name")),
        (None, "2020 级 姓名：", Some("real-name")),
        (None, "患者姓名", Some("real-name")),
        (None, "您的手机号", Some("phone-number")),
        (None, "卡号：", None),
        (None, "店铺姓名：", None),
        (None, "客服手机号：", None),
        (Some("shop"), "手机号：", None),
        (Some("school_info"), "姓名：", Some("real-name")),
        (Some("bound"), "姓名：", None),
        (None, "学号/工号：", Some("student-id")),
        (None, "请填写姓名以便联系：", None),
    ];
    with_lexicon(|lexicon| {
        for (owner, label, wanted) in cases {
            assert_eq!(lexicon.shown(owner, Some("v"), label).map(|meaning| meaning.data), wanted, "{label}");
        }
    });
}

#[test]
fn a_thing_of_which_personal_data_is_read_is_a_person() {
    with_lexicon(|lexicon| {
        assert_eq!(data_of(lexicon.name(None, "name")), None);
        assert_eq!(data_of(lexicon.name_of_person(None, "name")), Some("real-name"));
        assert_eq!(data_of(lexicon.name_of_person(Some("shop"), "name")), None);
        assert_eq!(data_of(lexicon.name_of_person(None, "locationName")), None);
        let are_of_person = |kinds: &[&'static str]| lexicon.are_of_person(kinds.iter().copied());
        assert!(are_of_person(&["nickname"]) && are_of_person(&["phone-number", "gender"]));
        assert!(!are_of_person(&["phone-number", "address"]) && !are_of_person(&[]));
    });
}

#[test]
fn some_names_speak_of_a_whole() {
    with_lexicon(|lexicon| {
        assert_eq!(lexicon.whole("userInfo").map(|meaning| meaning.data), Some("user-profile"));
        assert_eq!(lexicon.whole("phone"), None);
    });
}

#[test]
fn a_later_entry_counts_more() {
    let entry = |data: Option<&str>| NameEntry {
        data: data.map(str::to_owned),
        names: vec!["card".to_owned()],
        ..NameEntry::default()
    };
    let around = NameWords::default();
    let entries = [entry(Some("bank-card")), entry(Some("membership"))];
    assert_eq!(data_of(Lexicon::new(&entries, &around).name(None, "myCard")), Some("membership"));
    let entries = [entry(Some("bank-card")), entry(None)];
    assert_eq!(data_of(Lexicon::new(&entries, &around).name(None, "myCard")), None);
}

proptest! {
    #[test]
    fn a_name_is_matched_by_whole_words_only(before in "[a-z]{1,5}", after in "[a-z]{1,5}") {
        let entries = [NameEntry { data: Some("x".to_owned()), names: vec!["zq card".to_owned()], ..NameEntry::default() }];
        let around = NameWords::default();
        let lexicon = Lexicon::new(&entries, &around);
        for name in ["zqcard", "zqCard", "zq_card", "ZQ-CARD"] {
            prop_assert!(data_of(lexicon.name(None, name)).is_some());
            let with_before = format!("{before}_{name}");
            prop_assert!(data_of(lexicon.name(None, &with_before)).is_some());
            let with_after = format!("{name}_{after}");
            prop_assert!(data_of(lexicon.name(None, &with_after)).is_none());
        }
        let inside = format!("{before}zqcard{after}");
        prop_assert!(data_of(lexicon.name(None, &inside)).is_none());
    }
}
