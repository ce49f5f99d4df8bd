//! OpenAPI 3.0.4 as a table: which object has which fields, of which shape, and which it needs.
//!
//! The walk in `model` goes through a document by this table alone. What the specification says
//! in prose beyond it (one field excludes another, a name occurs twice) is the business of rules.

/// The objects of OpenAPI 3.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the specification's own names")]
pub(crate) enum Kind {
    Root,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OauthFlows,
    OauthFlow,
    SecurityRequirement,
}

/// What the specification says about one object.
#[derive(Debug)]
pub(crate) struct Object {
    /// What people call it.
    pub(crate) name: &'static str,
    /// Its fixed fields.
    pub(crate) fields: &'static [Field],
    /// Its patterned fields.
    pub(crate) others: Others,
}

/// A fixed field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

/// What may stand beside the fixed fields.
#[derive(Debug)]
pub(crate) enum Others {
    /// Extensions only.
    Nothing,
    /// Members whose names have a form.
    Named(Names, &'static Shape),
}

/// The forms of member names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Any text.
    Free,
    /// `^[a-zA-Z0-9._-]+$`
    Component,
    /// `200`, `4XX`
    Status,
    /// `type/subtype`, ranges included.
    MediaType,
    /// `/…`
    Path,
}

/// What a field holds.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Whatever the author likes.
    Any,
    Text,
    /// Text that is not empty.
    Name,
    /// Media types, parted by commas.
    MediaTypes,
    /// Text in Markdown.
    Markdown,
    /// A URL, absolute or relative.
    Url,
    /// An email address.
    Email,
    /// An ECMA-262 regular expression.
    Pattern,
    Bool,
    Number,
    /// A number above zero.
    Positive,
    /// A whole number, zero or more.
    Count,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `exclusiveMinimum` and `exclusiveMaximum`: a boolean here, a number in 3.1.
    Exclusive,
    /// The `type` of a schema.
    TypeName,
    Object(Kind),
    /// An object, or a Reference Object in its place.
    OrReference(Kind),
    List(&'static Shape),
    /// A list that needs at least one item.
    Some(&'static Shape),
    Map(Names, &'static Shape),
    /// `additionalProperties`.
    BoolOrSchema,
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: true,
    }
}

const fn fixed(name: &'static str, fields: &'static [Field]) -> Object {
    Object {
        name,
        fields,
        others: Others::Nothing,
    }
}

const SCHEMA: Shape = Shape::OrReference(Kind::Schema);
const PARAMETERS: Shape = Shape::List(&Shape::OrReference(Kind::Parameter));
const SERVERS: Shape = Shape::List(&Shape::Object(Kind::Server));
const SECURITY: Shape = Shape::List(&Shape::Object(Kind::SecurityRequirement));
const EXAMPLES: Shape = Shape::Map(Names::Free, &Shape::OrReference(Kind::Example));
const CONTENT: Shape = Shape::Map(Names::MediaType, &Shape::Object(Kind::MediaType));
const HEADERS: Shape = Shape::Map(Names::Free, &Shape::OrReference(Kind::Header));
const EXTERNAL_DOCS: Shape = Shape::Object(Kind::ExternalDocs);

/// The values of a schema's `type`.
pub(crate) const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// The methods that a path item may have.
pub(crate) const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

static ROOT: Object = fixed(
    "the document",
    &[
        required("openapi", Shape::Text),
        required("info", Shape::Object(Kind::Info)),
        field("servers", SERVERS),
        required("paths", Shape::Object(Kind::Paths)),
        field("components", Shape::Object(Kind::Components)),
        field("security", SECURITY),
        field("tags", Shape::List(&Shape::Object(Kind::Tag))),
        field("externalDocs", EXTERNAL_DOCS),
    ],
);

static INFO: Object = fixed(
    "an Info Object",
    &[
        required("title", Shape::Text),
        field("description", Shape::Markdown),
        field("termsOfService", Shape::Url),
        field("contact", Shape::Object(Kind::Contact)),
        field("license", Shape::Object(Kind::License)),
        required("version", Shape::Text),
    ],
);

static CONTACT: Object = fixed(
    "a Contact Object",
    &[
        field("name", Shape::Text),
        field("url", Shape::Url),
        field("email", Shape::Email),
    ],
);

static LICENSE: Object = fixed(
    "a License Object",
    &[required("name", Shape::Text), field("url", Shape::Url)],
);

static SERVER: Object = fixed(
    "a Server Object",
    &[
        required("url", Shape::Text),
        field("description", Shape::Markdown),
        field(
            "variables",
            Shape::Map(Names::Free, &Shape::Object(Kind::ServerVariable)),
        ),
    ],
);

static SERVER_VARIABLE: Object = fixed(
    "a Server Variable Object",
    &[
        field("enum", Shape::Some(&Shape::Text)),
        required("default", Shape::Text),
        field("description", Shape::Markdown),
    ],
);

static COMPONENTS: Object = fixed(
    "a Components Object",
    &[
        field("schemas", Shape::Map(Names::Component, &SCHEMA)),
        field(
            "responses",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Response)),
        ),
        field(
            "parameters",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Parameter)),
        ),
        field(
            "examples",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Example)),
        ),
        field(
            "requestBodies",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::RequestBody)),
        ),
        field(
            "headers",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Header)),
        ),
        field(
            "securitySchemes",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::SecurityScheme)),
        ),
        field(
            "links",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Link)),
        ),
        field(
            "callbacks",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Callback)),
        ),
    ],
);

static PATHS: Object = Object {
    name: "a Paths Object",
    fields: &[],
    others: Others::Named(Names::Path, &Shape::Object(Kind::PathItem)),
};

const OPERATION_SHAPE: Shape = Shape::Object(Kind::Operation);

static PATH_ITEM: Object = fixed(
    "a Path Item Object",
    &[
        field("$ref", Shape::Text),
        field("summary", Shape::Text),
        field("description", Shape::Markdown),
        field("get", OPERATION_SHAPE),
        field("put", OPERATION_SHAPE),
        field("post", OPERATION_SHAPE),
        field("delete", OPERATION_SHAPE),
        field("options", OPERATION_SHAPE),
        field("head", OPERATION_SHAPE),
        field("patch", OPERATION_SHAPE),
        field("trace", OPERATION_SHAPE),
        field("servers", SERVERS),
        field("parameters", PARAMETERS),
    ],
);

static OPERATION: Object = fixed(
    "an Operation Object",
    &[
        field("tags", Shape::List(&Shape::Text)),
        field("summary", Shape::Text),
        field("description", Shape::Markdown),
        field("externalDocs", EXTERNAL_DOCS),
        field("operationId", Shape::Name),
        field("parameters", PARAMETERS),
        field("requestBody", Shape::OrReference(Kind::RequestBody)),
        required("responses", Shape::Object(Kind::Responses)),
        field(
            "callbacks",
            Shape::Map(Names::Free, &Shape::OrReference(Kind::Callback)),
        ),
        field("deprecated", Shape::Bool),
        field("security", SECURITY),
        field("servers", SERVERS),
    ],
);

static EXTERNAL_DOCS_OBJECT: Object = fixed(
    "an External Documentation Object",
    &[
        field("description", Shape::Markdown),
        required("url", Shape::Url),
    ],
);

pub(crate) const STYLES: &[&str] = &[
    "matrix",
    "label",
    "form",
    "simple",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
];

static PARAMETER: Object = fixed(
    "a Parameter Object",
    &[
        required("name", Shape::Name),
        required("in", Shape::Word(&["query", "header", "path", "cookie"])),
        field("description", Shape::Markdown),
        field("required", Shape::Bool),
        field("deprecated", Shape::Bool),
        field("allowEmptyValue", Shape::Bool),
        field("style", Shape::Word(STYLES)),
        field("explode", Shape::Bool),
        field("allowReserved", Shape::Bool),
        field("schema", SCHEMA),
        field("example", Shape::Any),
        field("examples", EXAMPLES),
        field("content", CONTENT),
    ],
);

static REQUEST_BODY: Object = fixed(
    "a Request Body Object",
    &[
        field("description", Shape::Markdown),
        required("content", CONTENT),
        field("required", Shape::Bool),
    ],
);

static MEDIA_TYPE: Object = fixed(
    "a Media Type Object",
    &[
        field("schema", SCHEMA),
        field("example", Shape::Any),
        field("examples", EXAMPLES),
        field(
            "encoding",
            Shape::Map(Names::Free, &Shape::Object(Kind::Encoding)),
        ),
    ],
);

static ENCODING: Object = fixed(
    "an Encoding Object",
    &[
        field("contentType", Shape::MediaTypes),
        field("headers", HEADERS),
        field(
            "style",
            Shape::Word(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        ),
        field("explode", Shape::Bool),
        field("allowReserved", Shape::Bool),
    ],
);

static RESPONSES: Object = Object {
    name: "a Responses Object",
    fields: &[field("default", Shape::OrReference(Kind::Response))],
    others: Others::Named(Names::Status, &Shape::OrReference(Kind::Response)),
};

static RESPONSE: Object = fixed(
    "a Response Object",
    &[
        required("description", Shape::Markdown),
        field("headers", HEADERS),
        field("content", CONTENT),
        field(
            "links",
            Shape::Map(Names::Component, &Shape::OrReference(Kind::Link)),
        ),
    ],
);

static CALLBACK: Object = Object {
    name: "a Callback Object",
    fields: &[],
    others: Others::Named(Names::Free, &Shape::Object(Kind::PathItem)),
};

static EXAMPLE: Object = fixed(
    "an Example Object",
    &[
        field("summary", Shape::Text),
        field("description", Shape::Markdown),
        field("value", Shape::Any),
        field("externalValue", Shape::Url),
    ],
);

static LINK: Object = fixed(
    "a Link Object",
    &[
        field("operationRef", Shape::Url),
        field("operationId", Shape::Text),
        field("parameters", Shape::Map(Names::Free, &Shape::Any)),
        field("requestBody", Shape::Any),
        field("description", Shape::Markdown),
        field("server", Shape::Object(Kind::Server)),
    ],
);

static HEADER: Object = fixed(
    "a Header Object",
    &[
        field("description", Shape::Markdown),
        field("required", Shape::Bool),
        field("deprecated", Shape::Bool),
        field("allowEmptyValue", Shape::Bool),
        field("style", Shape::Word(&["simple"])),
        field("explode", Shape::Bool),
        field("allowReserved", Shape::Bool),
        field("schema", SCHEMA),
        field("example", Shape::Any),
        field("examples", EXAMPLES),
        field("content", CONTENT),
    ],
);

static TAG: Object = fixed(
    "a Tag Object",
    &[
        required("name", Shape::Text),
        field("description", Shape::Markdown),
        field("externalDocs", EXTERNAL_DOCS),
    ],
);

static SCHEMA_OBJECT: Object = fixed(
    "a Schema Object",
    &[
        field("title", Shape::Text),
        field("multipleOf", Shape::Positive),
        field("maximum", Shape::Number),
        field("exclusiveMaximum", Shape::Exclusive),
        field("minimum", Shape::Number),
        field("exclusiveMinimum", Shape::Exclusive),
        field("maxLength", Shape::Count),
        field("minLength", Shape::Count),
        field("pattern", Shape::Pattern),
        field("maxItems", Shape::Count),
        field("minItems", Shape::Count),
        field("uniqueItems", Shape::Bool),
        field("maxProperties", Shape::Count),
        field("minProperties", Shape::Count),
        field("required", Shape::Some(&Shape::Text)),
        field("enum", Shape::Some(&Shape::Any)),
        field("type", Shape::TypeName),
        field("not", SCHEMA),
        field("allOf", Shape::Some(&SCHEMA)),
        field("oneOf", Shape::Some(&SCHEMA)),
        field("anyOf", Shape::Some(&SCHEMA)),
        field("items", SCHEMA),
        field("properties", Shape::Map(Names::Free, &SCHEMA)),
        field("additionalProperties", Shape::BoolOrSchema),
        field("description", Shape::Markdown),
        field("format", Shape::Text),
        field("default", Shape::Any),
        field("nullable", Shape::Bool),
        field("discriminator", Shape::Object(Kind::Discriminator)),
        field("readOnly", Shape::Bool),
        field("writeOnly", Shape::Bool),
        field("example", Shape::Any),
        field("externalDocs", EXTERNAL_DOCS),
        field("deprecated", Shape::Bool),
        field("xml", Shape::Object(Kind::Xml)),
    ],
);

static DISCRIMINATOR: Object = fixed(
    "a Discriminator Object",
    &[
        required("propertyName", Shape::Name),
        field("mapping", Shape::Map(Names::Free, &Shape::Text)),
    ],
);

static XML: Object = fixed(
    "an XML Object",
    &[
        field("name", Shape::Text),
        field("namespace", Shape::Url),
        field("prefix", Shape::Text),
        field("attribute", Shape::Bool),
        field("wrapped", Shape::Bool),
    ],
);

static SECURITY_SCHEME: Object = fixed(
    "a Security Scheme Object",
    &[
        required(
            "type",
            Shape::Word(&["apiKey", "http", "oauth2", "openIdConnect"]),
        ),
        field("description", Shape::Markdown),
        field("name", Shape::Name),
        field("in", Shape::Word(&["query", "header", "cookie"])),
        field("scheme", Shape::Text),
        field("bearerFormat", Shape::Text),
        field("flows", Shape::Object(Kind::OauthFlows)),
        field("openIdConnectUrl", Shape::Url),
    ],
);

static OAUTH_FLOWS: Object = fixed(
    "an OAuth Flows Object",
    &[
        field("implicit", Shape::Object(Kind::OauthFlow)),
        field("password", Shape::Object(Kind::OauthFlow)),
        field("clientCredentials", Shape::Object(Kind::OauthFlow)),
        field("authorizationCode", Shape::Object(Kind::OauthFlow)),
    ],
);

static OAUTH_FLOW: Object = fixed(
    "an OAuth Flow Object",
    &[
        field("authorizationUrl", Shape::Url),
        field("tokenUrl", Shape::Url),
        field("refreshUrl", Shape::Url),
        required("scopes", Shape::Map(Names::Free, &Shape::Text)),
    ],
);

static SECURITY_REQUIREMENT: Object = Object {
    name: "a Security Requirement Object",
    fields: &[],
    others: Others::Named(Names::Free, &Shape::List(&Shape::Text)),
};

impl Kind {
    /// What the specification says about this object.
    pub(crate) fn object(self) -> &'static Object {
        match self {
            Self::Root => &ROOT,
            Self::Info => &INFO,
            Self::Contact => &CONTACT,
            Self::License => &LICENSE,
            Self::Server => &SERVER,
            Self::ServerVariable => &SERVER_VARIABLE,
            Self::Components => &COMPONENTS,
            Self::Paths => &PATHS,
            Self::PathItem => &PATH_ITEM,
            Self::Operation => &OPERATION,
            Self::ExternalDocs => &EXTERNAL_DOCS_OBJECT,
            Self::Parameter => &PARAMETER,
            Self::RequestBody => &REQUEST_BODY,
            Self::MediaType => &MEDIA_TYPE,
            Self::Encoding => &ENCODING,
            Self::Responses => &RESPONSES,
            Self::Response => &RESPONSE,
            Self::Callback => &CALLBACK,
            Self::Example => &EXAMPLE,
            Self::Link => &LINK,
            Self::Header => &HEADER,
            Self::Tag => &TAG,
            Self::Schema => &SCHEMA_OBJECT,
            Self::Discriminator => &DISCRIMINATOR,
            Self::Xml => &XML,
            Self::SecurityScheme => &SECURITY_SCHEME,
            Self::OauthFlows => &OAUTH_FLOWS,
            Self::OauthFlow => &OAUTH_FLOW,
            Self::SecurityRequirement => &SECURITY_REQUIREMENT,
        }
    }

    /// Fields that OpenAPI 3.1 or JSON Schema 2020-12 has and 3.0 has not.
    pub(crate) fn newer_fields(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["webhooks", "jsonSchemaDialect"],
            Self::Info => &["summary"],
            Self::License => &["identifier"],
            Self::Components => &["pathItems"],
            Self::Schema => &[
                "$schema",
                "$id",
                "$anchor",
                "$dynamicRef",
                "$dynamicAnchor",
                "$vocabulary",
                "$comment",
                "$defs",
                "const",
                "contains",
                "contentEncoding",
                "contentMediaType",
                "contentSchema",
                "definitions",
                "dependencies",
                "dependentRequired",
                "dependentSchemas",
                "else",
                "examples",
                "if",
                "maxContains",
                "minContains",
                "patternProperties",
                "prefixItems",
                "propertyNames",
                "then",
                "unevaluatedItems",
                "unevaluatedProperties",
            ],
            _ => &[],
        }
    }
}
