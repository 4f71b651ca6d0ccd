//! The gates as Cedar policies, one authorization for each record. Cedar has no division and gives no number back, so the
//! score is made here: its time is that of the gates.
//!
//! Usage: `peer-cedar IN OUT [--plain]`.

use std::collections::HashMap;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision as Verdict, Entities, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, RestrictedExpression,
};
use peer_host::{Decision, run, typed};

fn main() {
    let policies = PolicySet::from_str(include_str!("../policy.cedar")).expect("a policy");
    let gates: HashMap<PolicyId, String> = policies
        .policies()
        .map(|policy| {
            (
                policy.id().clone(),
                policy.annotation("gate").unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let authorizer = Authorizer::new();
    let entities = Entities::empty();
    let principal = EntityUid::from_str(r#"Board::"board""#).expect("a name");
    let action = EntityUid::from_str(r#"Action::"prioritise""#).expect("a name");
    let measure = EntityTypeName::from_str("Measure").expect("a name");
    run(typed, |m| {
        let resource = EntityUid::from_type_name_and_id(measure.clone(), EntityId::new(&m.id));
        let context = Context::from_pairs([
            ("needs".to_owned(), RestrictedExpression::new_long(m.needs)),
            (
                "in_roadmap".to_owned(),
                RestrictedExpression::new_bool(m.in_roadmap),
            ),
            ("phase".to_owned(), RestrictedExpression::new_long(m.phase)),
        ]);
        let context = context.expect("a context");
        let request =
            Request::new(principal.clone(), action.clone(), resource, context, None).expect("a request");
        let response = authorizer.is_authorized(&request, &policies, &entities);
        let failed = match response.decision() {
            Verdict::Allow => Vec::new(),
            Verdict::Deny => response
                .diagnostics()
                .reason()
                .map(|policy| gates[policy].clone())
                .collect(),
        };
        let goal = (m.q1 + m.q2) / 2.0;
        let cost = (m.q3 + m.q4 + m.q5) / 3.0;
        let benefit = (m.q6 + m.q7 + m.q8) / 3.0;
        Decision {
            failed,
            goal,
            cost,
            benefit,
            total: (goal + cost + benefit) / 3.0,
        }
    });
}
