//! Texts with values in them.

use super::world::*;
use crate::decide::Evaluator;
use crate::model::*;

fn told(world: &World, language: Language, expression: &Expression, record: Reference) -> String {
    let template = Template {
        parts: vec![
            TemplatePart::Literal("<".into()),
            TemplatePart::Value(expression.clone()),
            TemplatePart::Literal(">".into()),
        ],
        place: Default::default(),
    };
    let evaluator = Evaluator::new(&world.policy, &world.records, language);
    evaluator.text(&template, record).to_string()
}

#[test]
fn values_are_told_by_their_titles_in_the_language_of_the_texts() {
    let mut world = World::new();
    let titled = world.add(THING, "T-1", &[("title", Value::Text("First".into()))]);
    let keyed = world.add(THING, "T-2", &[]);
    let both = world.add(THING, "T-3", &[]);
    let list = |records: &[Reference]| {
        let members: Vec<Value> = records.iter().copied().map(Value::Reference).collect();
        Value::List(members.into())
    };
    let record = world.add(
        THING,
        "T-4",
        &[
            ("a", Value::Number(Number::parse("2400.5").unwrap())),
            ("p", Value::YesNo(true)),
            ("kind", Value::Member(2)),
            ("other", Value::Reference(titled)),
            ("others", list(&[titled, keyed, both])),
            ("d", Value::Date(jiff::civil::date(2024, 2, 9))),
        ],
    );
    let english = |name: &str| told(&world, Language::English, &world.own(name), record);
    let norwegian = |name: &str| told(&world, Language::Norwegian, &world.own(name), record);
    assert_eq!(
        (english("a"), norwegian("a")),
        ("<2400.5>".into(), "<2\u{202F}400,5>".into())
    );
    assert_eq!((english("p"), norwegian("p")), ("<yes>".into(), "<ja>".into()));
    assert_eq!(
        (english("q"), norwegian("q")),
        ("<unknown>".into(), "<ukjent>".into())
    );
    assert_eq!(english("kind"), "<Zett>");
    assert_eq!(english("other"), "<First>");
    assert_eq!(english("others"), "<First, T-2 and T-3>");
    assert_eq!(norwegian("others"), "<First, T-2 og T-3>");
    assert_eq!(english("d"), "<2024-02-09>");
}

#[test]
fn amounts_have_their_unit() {
    let mut world = World::new();
    let record = world.add(THING, "T", &[]);
    let amount = expression(
        ExpressionKind::Constant(number(2400)),
        Type::Number(Unit::named("MNOK")),
    );
    assert_eq!(told(&world, Language::English, &amount, record), "<2400 MNOK>");
    assert_eq!(
        told(&world, Language::Norwegian, &amount, record),
        "<2\u{202F}400 MNOK>"
    );
}

#[test]
fn a_scale_is_told_by_its_levels_and_between_them_by_its_numbers() {
    let level = |name: &str, title: Option<&str>, number: i64| Level {
        name: name.into(),
        title: title.map(Into::into),
        number: Some(Number::from_integer(number)),
        ground: Ground::default(),
        place: Default::default(),
    };
    let mut world = World::new();
    world.policy.scales.push(Scale {
        name: "grade".into(),
        title: None,
        levels: vec![level("low", Some("Low indeed"), 1), level("high", None, 5)],
        numbered: true,
        place: Default::default(),
    });
    let record = world.add(THING, "T", &[]);
    let shown = |value: i64| {
        let kind = ExpressionKind::Constant(number(value));
        told(
            &world,
            Language::English,
            &expression(kind, Type::Scale(ScaleId(0))),
            record,
        )
    };
    assert_eq!(shown(1), "<Low indeed>");
    assert_eq!(shown(5), "<high>");
    assert_eq!(shown(3), "<3>");
}
