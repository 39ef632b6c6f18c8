//! Filters over one small layer: what is kept, what is refused, and SQL's logic against its table.

use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::store::{ColumnType, Value};

/// The columns of the layer, with a row for most questions.
const LAYER: [(&str, ColumnType, Value<'static>); 8] = [
    ("land_use", ColumnType::Text, Value::Text("ONT")),
    ("street", ColumnType::Text, Value::Text("Lê Lợi")),
    ("area_m2", ColumnType::Float, Value::Float(120.5)),
    ("floors", ColumnType::Int, Value::Int(3)),
    ("is_public", ColumnType::Bool, Value::Bool(true)),
    ("valid_from", ColumnType::Date, Value::Date(date!(2025 - 07 - 01))),
    ("note", ColumnType::Text, Value::Null),
    ("Tờ số", ColumnType::Text, Value::Text("12")),
];

fn fields() -> Vec<Field> {
    LAYER.map(|(name, column_type, _)| Field { name: name.into(), column_type }).into()
}

fn compiled(text: &str) -> Result<Filter, FilterError> {
    Filter::compile(&Filter::parse(text)?, &fields())
}

fn keeps(text: &str) -> bool {
    compiled(text).unwrap_or_else(|e| panic!("{text}: {e}")).keeps(|column| LAYER[column].2)
}

fn refusal(text: &str) -> String {
    compiled(text).expect_err(text).to_string()
}

fn canonical(text: &str) -> String {
    Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

#[test]
fn a_row_is_kept_where_the_filter_is_true_for_it() {
    for (text, is_kept) in [
        // texts, by code point
        ("land_use = 'ONT'", true),
        ("land_use <> 'ONT'", false),
        ("land_use = 'ont'", false),
        ("land_use > 'CLN' AND land_use < 'ONU'", true),
        ("street > 'Lz'", true),
        ("\"Tờ số\" = '12'", true),
        ("\"land_use\" = 'ONT'", true),
        // the same name and text with accents typed apart
        ("\"To\u{31b}\u{300} so\u{302}\u{301}\" = '12'", true),
        ("street = 'Le\u{302} Lo\u{31b}\u{323}i'", true),
        // numbers, whole or not
        ("area_m2 > 120 AND area_m2 < 121", true),
        ("area_m2 = 120.5", true),
        ("area_m2 = 1.205e2", true),
        ("floors = 3.0", true),
        ("floors = 2.5", false),
        ("floors <> 2.5", true),
        ("floors > 2.5", true),
        ("floors >= 3.5", false),
        ("floors < 3.5", true),
        ("floors < 1e300", true),
        ("floors > 9223372036854775808", false),
        ("floors BETWEEN 2.5 AND 3", true),
        ("floors BETWEEN 3.1 AND 3.9", false),
        ("floors IN (2.5, 3)", true),
        ("floors > -1", true),
        // true and false
        ("is_public = TRUE", true),
        ("is_public <> true", false),
        ("is_public IN (FALSE)", false),
        ("TRUE", true),
        ("FALSE OR NOT FALSE", true),
        // days, and days as they stand in tiles
        ("valid_from = DATE('2025-07-01')", true),
        ("valid_from < '2025-07-01'", false),
        ("valid_from BETWEEN DATE('2025-01-01') AND '2025-12-31'", true),
        // lists and bounds
        ("land_use IN ('CLN', 'ONT', 'ODT')", true),
        ("land_use NOT IN ('CLN', 'ODT')", true),
        ("land_use BETWEEN 'ONT' AND 'ONT'", true),
        ("floors NOT BETWEEN 1 AND 2", true),
        ("floors BETWEEN 4 AND 2", false),
        // patterns
        ("street LIKE 'Lê%'", true),
        ("street LIKE '%Lợi'", true),
        ("street LIKE 'L_ L%i'", true),
        ("street LIKE 'Lê'", false),
        ("street LIKE 'Lê Lợi'", true),
        ("street NOT LIKE '%Huệ%'", true),
        ("street LIKE 'L\\_%'", false),
        // NULL
        ("note IS NULL", true),
        ("note IS NOT NULL", false),
        ("street IS NULL", false),
        ("note = 'x'", false),
        ("note <> 'x'", false),
        ("NOT note = 'x'", false),
        ("note IN ('x')", false),
        ("note NOT IN ('x')", false),
        ("note LIKE '%'", false),
        ("note NOT LIKE '%'", false),
        ("note = 'x' OR floors = 3", true),
        ("NOT (note = 'x' AND floors = 4)", true),
        ("NOT (note = 'x' AND floors = 3)", false),
        // what binds more
        ("floors = 3 OR floors = 4 AND land_use = 'CLN'", true),
        ("(floors = 3 OR floors = 4) AND land_use = 'CLN'", false),
        ("NOT floors = 4 AND floors = 3", true),
        ("NOT (floors = 4 OR floors = 3)", false),
        ("not not(floors=3)and land_use='ONT'", true),
    ] {
        assert_eq!(keeps(text), is_kept, "{text}");
    }
}

#[test]
fn a_misplaced_word_is_answered_with_what_can_stand_there() {
    const A_VALUE: &str =
        "a number, a text in single quotes, TRUE, FALSE or DATE('2025-07-01') (for NULL: IS NULL)";
    const A_CONDITION: &str = "=, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS NULL";
    for (text, at, expected, found) in [
        ("land_use == 'ONT'", 11, A_VALUE, "="),
        ("land_use = \"ONT\"", 12, A_VALUE, "a name in double quotes"),
        ("note = NULL", 8, A_VALUE, "NULL"),
        ("land_use", 9, A_CONDITION, "the end"),
        ("lower(land_use) = 'ont'", 6, A_CONDITION, "("),
        ("floors IN ()", 12, A_VALUE, ")"),
    ] {
        let message = format!("character {at}: expected {expected}, found {found}");
        assert_eq!(refusal(text), message, "{text}");
    }
}

#[test]
fn a_refusal_says_what_to_change_and_where() {
    for (text, message) in [
        ("  ", "the filter is empty: leave it out, or write for example land_use = 'ONT'"),
        ("3 = floors", "character 1: expected the name of a column, found a number"),
        ("(floors = 3", "character 12: expected AND, OR or ), found the end"),
        ("floors = 3)", "character 11: expected AND, OR or the end, found )"),
        ("floors = 3 floors = 4", "character 12: expected AND, OR or the end, found floors"),
        ("floors BETWEEN 1, 2", "character 17: expected AND and the upper bound, found a comma"),
        ("floors NOT 3", "character 12: expected IN, BETWEEN or LIKE, found a number"),
        ("note IS 3", "character 9: expected NULL or NOT NULL, found a number"),
        ("street = 'Lê", "what starts at character 10 is never closed: add ', and double it inside a text"),
        ("street LIKE 'Lê\\'", "character 13: write two \\ for one at the end of a pattern"),
        (
            "floors != 3",
            "the sign at character 8 is not understood: write <> for \"is not equal\" and NOT for \"not\"",
        ),
        (
            "floors = 3 + 4",
            "the sign at character 12 is not understood: there is no arithmetic; compare a column with a value",
        ),
        ("floors = 3x", "character 10: write a number such as 12, -0.5 or 1.5e6, then a space"),
        ("area_m2 < 1e999", "character 11: write a number such as 12, -0.5 or 1.5e6, then a space"),
        ("valid_from = DATE('2025-02-30')", "character 19: write a day of the calendar as '2025-07-01'"),
        (
            "owner = 'x'",
            "no column \"owner\"; the columns are: land_use, street, area_m2, floors, is_public, valid_from, note, Tờ số",
        ),
        ("land_use = 3", "the column land_use holds text: put the value in single quotes, such as 'ONT'"),
        (
            "land_use IN ('ONT', 3)",
            "the column land_use holds text: put the value in single quotes, such as 'ONT'",
        ),
        ("floors = '3'", "the column floors holds numbers: compare it with a number, without quotes"),
        (
            "is_public = 1",
            "the column is_public holds true or false: compare it with TRUE or FALSE, without quotes",
        ),
        (
            "is_public > FALSE",
            "the column is_public holds TRUE and FALSE, which have no order: compare it by = or <>",
        ),
        (
            "valid_from = 'today'",
            "the column valid_from holds days: compare it with a day such as DATE('2025-07-01')",
        ),
        (
            "floors LIKE '3%'",
            "the column floors holds no text, so LIKE does not apply: compare it by =, < or BETWEEN",
        ),
    ] {
        assert_eq!(refusal(text), message, "{text}");
    }
}

#[test]
fn a_refusal_repeats_no_markup_and_little_text() {
    let refused = refusal(&format!("\"<script>{}\" = 1", "a".repeat(200)));
    assert!(refused.starts_with(&format!("no column \"script{}\";", "a".repeat(34))), "{refused}");
}

#[test]
fn a_filter_has_room_for_a_hundred_conditions_and_thirty_two_levels() {
    let terms = |n: usize| vec!["floors=3"; n].join(" OR ");
    let nested = |n: usize| "(".repeat(n) + "floors=3" + &")".repeat(n);
    let negated = |n: usize| "NOT ".repeat(n) + "floors=3";
    assert!(keeps(&terms(MAX_NODES - 1)) && keeps(&nested(MAX_DEPTH)) && keeps(&negated(MAX_DEPTH)));
    assert!(matches!(Filter::parse(&terms(MAX_NODES)), Err(FilterError::TooMany { at: 1189 })));
    assert_eq!(Filter::parse(&nested(MAX_DEPTH + 1)), Err(FilterError::TooDeep { at: 33 }));
    assert_eq!(Filter::parse(&negated(MAX_DEPTH + 1)), Err(FilterError::TooDeep { at: 129 }));
    assert!(Filter::parse(&format!("note = '{}'", "đ".repeat(MAX_CHARACTERS - 9))).is_ok());
    assert_eq!(
        Filter::parse(&format!("note = '{}'", "đ".repeat(MAX_CHARACTERS - 8))),
        Err(FilterError::TooLong)
    );
}

#[test]
fn levels_beside_each_other_do_not_add_up() {
    assert!(keeps(&vec!["(floors=3)"; 45].join(" AND ")));
}

#[test]
fn ways_to_write_the_same_filter_have_one_canonical_text() {
    for (text, expected) in [
        ("  land_use\t=\n'ONT' ", "land_use = 'ONT'"),
        ("\"land_use\"='ONT'", "land_use = 'ONT'"),
        ("floors in(1,2.0 , 3e0)", "floors IN (1, 2, 3)"),
        ("a=.5 and b=-0.0", "a = 0.5 AND b = 0"),
        ("a = 1e300", "a = 1e300"),
        ("((a = 1) and (b = 2 and c = 3))", "a = 1 AND b = 2 AND c = 3"),
        (
            "a = 1 or (b = 2 and not (c = 3 or d is not null))",
            "a = 1 OR b = 2 AND NOT (c = 3 OR d IS NOT NULL)",
        ),
        ("(a = 1 or b = 2) and true", "(a = 1 OR b = 2) AND TRUE"),
        (
            "a not between date('2025-01-01') and date ( '2025-12-31' )",
            "a NOT BETWEEN DATE('2025-01-01') AND DATE('2025-12-31')",
        ),
        ("\"in\" like 'O''Neil\\%%'", "\"in\" LIKE 'O''Neil\\%%'"),
        ("\"a \"\"b\"\"\" = 'x'", "\"a \"\"b\"\"\" = 'x'"),
        ("date = 1", "date = 1"),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
    assert_ne!(canonical("a = 1 AND b = 2"), canonical("b = 2 AND a = 1"));
}

#[test]
fn the_columns_of_a_filter_are_named_once_in_the_order_of_the_layer() {
    let filter = compiled("floors > 1 AND (land_use = 'ONT' OR floors < 9)").unwrap();
    assert_eq!(filter.columns().collect::<Vec<_>>(), ["land_use", "floors"]);
}

#[test]
fn whole_numbers_are_told_apart_where_decimals_cannot() {
    let filter = compiled("floors = 9007199254740993").unwrap();
    assert!(filter.keeps(|_| Value::Int(9_007_199_254_740_993)));
    assert!(!filter.keeps(|_| Value::Int(9_007_199_254_740_992)));
}

#[test]
fn not_a_number_is_unequal_to_every_number() {
    let keeps = |text| compiled(text).unwrap().keeps(|_| Value::Float(f64::NAN));
    assert!(keeps("area_m2 <> 1") && keeps("area_m2 NOT IN (1, 2)"));
    assert!(!keeps("area_m2 IN (1, 2)") && !keeps("area_m2 < 1") && !keeps("area_m2 >= 1"));
}

/// SQL's truth values as numbers: 0 false, 1 unknown, 2 true; AND is min, OR is max, NOT is 2 - x.
fn by_table(expression: &Expression, of_column: &impl Fn(&str) -> u8) -> u8 {
    match expression {
        Expression::Constant(b) => 2 * u8::from(*b),
        Expression::And(terms) => terms.iter().map(|term| by_table(term, of_column)).min().unwrap(),
        Expression::Or(terms) => terms.iter().map(|term| by_table(term, of_column)).max().unwrap(),
        Expression::Not(inner) => 2 - by_table(inner, of_column),
        Expression::Column { name, .. } => of_column(name),
    }
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Int),
        any::<i32>().prop_map(|n| Literal::Decimal(f64::from(n) + 0.25)),
        (-9999i32..=9999, 1u16..=365)
            .prop_map(|(year, day)| Literal::Date(time::Date::from_ordinal_date(year, day).unwrap())),
        "[a-zư'\"%_ ]{0,6}".prop_map(Literal::Text),
    ]
}

fn conditions() -> impl Strategy<Value = Expression> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let comparison =
        proptest::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
    let condition = prop_oneof![
        (comparison, literals()).prop_map(|(c, literal)| (false, Condition::Compare(c, literal))),
        (any::<bool>(), proptest::collection::vec(literals(), 1..4))
            .prop_map(|(negated, list)| (negated, Condition::In(list))),
        (any::<bool>(), literals(), literals())
            .prop_map(|(negated, low, high)| (negated, Condition::Between(low, high))),
        (any::<bool>(), "[a%_']{0,5}").prop_map(|(negated, pattern)| (negated, Condition::Like(pattern))),
        any::<bool>().prop_map(|negated| (negated, Condition::IsNull)),
    ];
    let name = prop_oneof!["[a-z_][a-z0-9_.]{0,5}", "[a \"'đ(]{0,4}", "(and|or|not|in|date|true|null)"];
    (name, condition).prop_map(|(name, (negated, condition))| Expression::Column { name, negated, condition })
}

fn expressions(leaf: impl Strategy<Value = Expression> + 'static) -> impl Strategy<Value = Expression> {
    prop_oneof![9 => leaf, 1 => any::<bool>().prop_map(Expression::Constant)].prop_recursive(
        4,
        24,
        3,
        |inner| {
            let terms = proptest::collection::vec(inner.clone(), 2..4);
            let is_flat = |is_same: fn(&Expression) -> bool| move |terms: &Vec<_>| !terms.iter().any(is_same);
            prop_oneof![
                terms
                    .clone()
                    .prop_filter("nested AND", is_flat(|e| matches!(e, Expression::And(_))))
                    .prop_map(Expression::And),
                terms
                    .prop_filter("nested OR", is_flat(|e| matches!(e, Expression::Or(_))))
                    .prop_map(Expression::Or),
                inner.prop_map(|inner| Expression::Not(Box::new(inner))),
            ]
        },
    )
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC*|(.|\\(|\\)|'|\"|NOT |AND |floors|=|1|, )*") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn pieces_of_the_language_in_any_order_are_parsed_or_refused(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "(", ")", "NOT", "AND", "OR", "IN", "IS", "NULL", "BETWEEN", "LIKE", "DATE", "'2025-07-01'", "floors",
            "land_use", "\"note\"", "'", "\"", "=", "<>", "<", ">=", ",", "1", "-.5e3", "TRUE", "'ONT'", "\\", "\0",
        ]), 0..300),
    ) {
        if let Ok(filter) = compiled(&pieces.join(" ")) {
            filter.keeps(|column| LAYER[column].2);
        }
    }

    #[test]
    fn a_filter_is_read_back_from_its_canonical_text(expression in expressions(conditions())) {
        let text = expression.to_string();
        prop_assert_eq!(Filter::parse(&text).unwrap_or_else(|e| panic!("{text}: {e}")), expression, "{}", text);
    }

    #[test]
    fn unknown_is_carried_as_in_sql(
        expression in expressions("[abc]".prop_map(|name| Expression::Column {
            name,
            negated: false,
            condition: Condition::Compare(Comparison::Equal, Literal::Bool(true)),
        })),
        row in proptest::array::uniform3(0u8..3),
    ) {
        let names = ["a", "b", "c"];
        let fields = names.map(|name| Field { name: name.into(), column_type: ColumnType::Bool });
        let value = |column: usize| [Value::Bool(false), Value::Null, Value::Bool(true)][usize::from(row[column])];
        let of_column = |name: &str| row[names.iter().position(|n| *n == name).unwrap()];
        let filter = Filter::compile(&expression, &fields).unwrap();
        prop_assert_eq!(filter.keeps(value), by_table(&expression, &of_column) == 2);
    }

    #[test]
    fn whole_numbers_compare_with_decimals_as_decimals(n in -4i64..4, quarters in -16i32..16) {
        let x = f64::from(quarters) / 4.0;
        for (sign, expected) in [
            ("=", n as f64 == x), ("<>", n as f64 != x), ("<", (n as f64) < x),
            ("<=", n as f64 <= x), (">", n as f64 > x), (">=", n as f64 >= x),
        ] {
            let filter = compiled(&format!("floors {sign} {x}")).unwrap();
            prop_assert_eq!(filter.keeps(|_| Value::Int(n)), expected, "{} {} {}", n, sign, x);
        }
    }
}
