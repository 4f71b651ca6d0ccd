//! The parser made from `grammar/rule.pest`, and what its rules are called in messages.
//!
//! Comes in: the grammar, at build time. Goes out: [`RuleParser`] and a description of every rule. It never builds trees.
//!
//! Invariant: no rule is without a description, so no message shows a rule's name.

#![allow(
    missing_docs,
    reason = "the derived enum has one variant per rule of the grammar, commented there"
)]

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/rule.pest"]
pub(super) struct RuleParser;

/// What a rule stands for in "expected …"; empty for what is not worth naming.
pub(super) fn describe(rule: Rule) -> &'static str {
    use Rule::*;
    match rule {
        EOI | clause_end | line_end | item_end => "the end of the line",
        name | word | bare_member | member | level | field | typed_column => "a name",
        unit => "a unit",
        text | texts | reasons | title | policy_data => "a text in quotes",
        digits | number | signed => "a number",
        order_operator | order_test | plus | minus | times | divide | is_test | in_test | known_test
        | k_is | k_and | k_or => "an operator",
        k_in => "`in`",
        in_unit | in_record => "`in`",
        expression | conjunction | negation | comparison | sum | product | factor | primary | choice
        | parenthesis | path | call | negative | span | call_name | list_item | argument | column | row
        | case => "a value",
        list => "a list in brackets",
        date => "a date",
        moment => "a moment",
        range_operator | interval => "a range",
        because | k_because => "`because`",
        cite | k_cite => "`cite`",
        ground | item_ground => "`because` or `cite`",
        type_ | type_text | type_yes_no | type_date | type_moment | type_integer | type_number
        | type_range | type_one_of | type_list | type_ref | type_scale | k_text | k_yes_no | k_date
        | k_moment | k_integer | k_number | k_list | k_ref => "a type",
        cell => "a cell",
        direction | rank_key | k_highest | k_lowest | k_earliest | k_latest => {
            "`highest`, `lowest`, `earliest`, `latest`, `first` or `last`"
        }
        members => "a group, or `where`",
        block_end | close | missing_brace => "`}`",
        open => "`{`",
        colon | define_cases => "`:`",
        equals | define_value | field_default => "`=`",
        comma => "`,`",
        arrow => "`->`",
        parenthesis_end => "`)`",
        bracket_end => "`]`",
        k_mean => "`mean`",
        aggregation | questions => "`mean of`",
        k_after => "`after`",
        allow | k_allow => "`allow`",
        k_all => "`all`",
        k_any => "`any`",
        as_plural | k_as => "`as`",
        k_at | limit => "`at`",
        rank_keys | k_by => "`by`",
        k_cut => "`cut`",
        k_else => "`else`",
        k_first => "`first`",
        k_fits => "`fits`",
        k_for => "`for`",
        field_from | k_from => "`from`",
        k_if => "`if`",
        k_it => "`it`",
        field_key | k_key => "`key`",
        k_known => "`known`",
        k_last => "`last`",
        k_least => "`least`",
        k_missing => "`missing`",
        k_most => "`most`",
        k_no => "`no`",
        k_not => "`not`",
        k_nothing => "`nothing`",
        of_record | limit_of | k_of => "`of`",
        k_one => "`one`",
        field_optional | k_optional => "`optional`",
        limit_per | k_per => "`per`",
        k_record => "`record`",
        field_reversed | k_reversed => "`reversed`",
        step | k_step => "`step`",
        k_then => "`then`",
        k_this => "`this`",
        instead_to | k_to => "`to`",
        field_weight | k_weight => "`weight`",
        k_what => "`what`",
        instead_when | k_when => "`when`",
        where_ | k_where => "`where`",
        within | k_within => "`within`",
        k_yes => "`yes`",
        case_otherwise | row_otherwise | k_otherwise => "`otherwise`",
        _ => "",
    }
}
