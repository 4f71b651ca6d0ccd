//! The steering target with the invented costs: where the line falls, and where it would.

use prioriter::decide::Status;

use crate::shipped::{Edition, Shipped, edition, shipped};
use crate::{BUDGET, POLICY, TABLE_3, without};

#[test]
fn the_budget_draws_the_line_between_ki_c1_and_lm_c2() {
    let budget = shipped(BUDGET);
    assert_eq!(budget.order(), shipped(POLICY).order());
    assert_eq!(budget.line(), Some(("KI-C1", "LM-C2")));
    assert_eq!(
        budget.with_status("deliverable", Status::Kept),
        ["DHO-C1", "JD-C1", "JD-C2", "KI-C1"]
    );
    assert_eq!(
        budget.with_status("deliverable", Status::Cut),
        ["LM-C1", "LM-C2", "LM-C3"]
    );
    assert_eq!(
        money(&budget),
        ("2400".into(), "2650".into(), "2390".into(), true)
    );
    assert_eq!(budget.ranking(), TABLE_3);
}

#[test]
fn every_cost_is_invented_and_says_so() {
    let budget = shipped(BUDGET);
    let estimates = budget.of_type("estimate");
    let fields = &budget.policy.record_type(estimates).fields;
    let amount = fields.iter().position(|field| &*field.name == "amount").unwrap();
    let facts = &budget.records.table(estimates).columns[amount];
    for fact in facts {
        let note = budget.records.note(fact).unwrap();
        assert!(note.assumed);
        assert_eq!(note.because.as_deref(), Some("oppdiktet for eksempelet"));
    }
    // One for every deliverable that takes part; the document's own data has none.
    assert_eq!(facts.len(), 27);
    assert!(
        shipped(POLICY)
            .policy
            .records
            .iter()
            .all(|record| &*record.name != "estimate")
    );
}

#[test]
fn what_if_the_target_or_a_cost_were_another() {
    const FILE: &str = "steg2-budget.rule";
    let target = |amount: &str| edition(BUDGET).with(FILE, "2400 MNOK", &format!("{amount} MNOK"));
    let cost = |key: &str, from: &str, to: &str| {
        let value = |amount: &str| format!("\"value\": {amount},");
        edition(BUDGET).fact("costs.json", key, &value(from), &value(to))
    };
    let fits = |edition: Edition| edition.with(FILE, "    show title", "    take what fits\n    show title");
    let kept = |edition: Edition| {
        let budget = edition.decide();
        let mut kept = budget.order();
        kept.retain(|key| budget.status(key) == "kept");
        (kept.join(" "), money(&budget).2, money(&budget).3)
    };
    let told = |kept: &str, sum: &str, met| (kept.to_owned(), sum.to_owned(), met);

    // One million too little for KI-C1, and exactly enough for one that costs ten more.
    assert_eq!(kept(target("2389")), told("JD-C1 JD-C2 DHO-C1", "2325", true));
    assert_eq!(
        kept(cost("K-KI-C1", "65", "75")),
        told("JD-C1 JD-C2 DHO-C1 KI-C1", "2400", true)
    );
    assert_eq!(
        kept(target("2650")),
        told("JD-C1 JD-C2 DHO-C1 KI-C1 LM-C2 LM-C3 LM-C1", "2650", true)
    );
    // The prioritised solution stays, also where it breaks the target: that is told as a shortfall.
    assert_eq!(kept(target("2100")), told("", "2160", false));
    // What does not fit closes the list for all after it, unless the list takes what fits.
    assert_eq!(kept(cost("K-JD-C1", "60", "300")), told("", "2160", true));
    assert_eq!(
        kept(fits(cost("K-JD-C1", "60", "300"))),
        told("JD-C2 DHO-C1 KI-C1 LM-C1", "2390", true)
    );
    assert_eq!(
        kept(fits(target("2460"))),
        told("JD-C1 JD-C2 DHO-C1 KI-C1 LM-C1", "2450", true)
    );
    // Without the tiers the medication list's own three are tried first.
    assert_eq!(
        kept(without(BUDGET, FILE, "    cut first")),
        told("LM-C1 LM-C2", "2340", true)
    );
}

/// The amount of the limit, what is asked, what is kept, and whether it holds.
fn money(budget: &Shipped) -> (String, String, String, bool) {
    let limits = &budget.decided.decisions.cut_list.as_ref().unwrap().limits;
    assert_eq!(limits.len(), 1);
    let limit = &limits[0];
    assert_eq!(limit.not_counted, 0);
    let amount = limit.amount.as_ref().unwrap().exact();
    (amount, limit.asked.exact(), limit.kept.exact(), limit.met)
}
