//! The table of all rules. To add one: a file with its `RULE`, and a line here.

pub(in crate::lint) mod prelude;
pub(in crate::lint) mod structure;
pub(in crate::lint) mod syntax;

use super::rule::Rule;

/// Every rule, area by area.
pub(crate) static RULES: &[&Rule] = &[
    &syntax::unreadable_file::RULE,
    &syntax::broken_syntax::RULE,
    &syntax::tab_indentation::RULE,
    &syntax::not_utf8::RULE,
    &syntax::several_documents::RULE,
    &syntax::too_large::RULE,
    &syntax::duplicate_key::RULE,
    &syntax::complex_key::RULE,
    &syntax::unquoted_text::RULE,
    &syntax::unquoted_status::RULE,
    &syntax::ambiguous_scalar::RULE,
    &syntax::merge_key::RULE,
    &syntax::yaml_tag::RULE,
    &structure::duplicate_tag::RULE,
    &structure::empty_list::RULE,
    &structure::empty_responses::RULE,
    &structure::encoding_property::RULE,
    &structure::exclusive_fields::RULE,
    &structure::invalid_component_name::RULE,
    &structure::invalid_email::RULE,
    &structure::invalid_media_type::RULE,
    &structure::invalid_pattern::RULE,
    &structure::invalid_status::RULE,
    &structure::invalid_url::RULE,
    &structure::invalid_value::RULE,
    &structure::missing_field::RULE,
    &structure::newer_keyword::RULE,
    &structure::nullable_without_type::RULE,
    &structure::numeric_bound::RULE,
    &structure::one_content::RULE,
    &structure::openapi_version::RULE,
    &structure::server_variable::RULE,
    &structure::style_of_place::RULE,
    &structure::type_format::RULE,
    &structure::unknown_field::RULE,
    &structure::unused_server_variable::RULE,
    &structure::wrong_type::RULE,
];
