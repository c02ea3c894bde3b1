package lint

// objectTable says which members the objects of OpenAPI have. An object begins with its name, the title of
// its section and what is special about it:
//
//	closed   it has no extensions (members that begin with "x-")
//	open     it may have members that this table does not know
//	bool     a boolean may stand for it
//
// A line of it is a member: its name, "!" if it is required, its type, the minor versions of
// OpenAPI 3 in which this is so, and the conditions under which it is. Of several lines for one
// member the first one that fits counts; if none fits, the member must not be there. A name can
// be "*" (any), "/*" (a path) or "###" (a status code or a range of them). Types are
//
//	any string bool number count positive uri absolute email anchor regexp template self id vocabulary
//	true     nothing but true
//	=a,b     one of these strings
//	Name     an object; Name? is also a Reference Object (Media Types since 3.2, Schemas in 3.0 only)
//	[T]      an array of T; [T;1] of at least one, [T;u] of different ones
//	{T}      an object of T with any names; {T;1} with exactly one; <T> with the names of components
//	T|U      either
//
// Versions are "2" (only that), "1+" (that and later ones), "0-1" (up to that). Conditions are a
// member that is there ("schema") or not ("!schema"), or one with a value ("in=path", without case "scheme~bearer").
// A line that begins with "-" is a condition on the object: "one" (exactly one of these members),
// "any" (at least one) or "not" (not both).
//
// Source: OpenAPI Specification 3.0.4, 3.1.1 and 3.2.0, section "OpenAPI Description Structure".
const objectTable = `
OpenAPI "OpenAPI Object"
	openapi! string
	$self self 2+
	info! Info
	jsonSchemaDialect uri 1+
	servers [Server]
	paths! Paths 0
	paths Paths 1+
	webhooks {PathItem} 1+
	components Components
	security [SecurityRequirement]
	tags [Tag]
	externalDocs ExternalDocs
	- any paths components webhooks 1+

Info "Info Object"
	title! string
	summary string 1+
	description string
	termsOfService uri
	contact Contact
	license License
	version! string

Contact "Contact Object"
	name string
	url uri
	email email

License "License Object"
	name! string
	identifier string 1+
	url uri
	- not identifier url 1+

Server "Server Object"
	url! string
	description string
	name string 2+
	variables {ServerVariable}

ServerVariable "Server Variable Object"
	enum [string] 0
	enum [string;1] 1+
	default! string
	description string

Components "Components Object"
	schemas <Schema?>
	responses <Response?>
	parameters <Parameter?>
	examples <Example?>
	requestBodies <RequestBody?>
	headers <Header?>
	securitySchemes <SecurityScheme?>
	links <Link?>
	callbacks <Callback?>
	pathItems <PathItem> 1+
	mediaTypes <MediaType?> 2+

Paths "Paths Object"
	/* PathItem

PathItem "Path Item Object"
	$ref uri
	summary string
	description string
	get Operation
	put Operation
	post Operation
	delete Operation
	options Operation
	head Operation
	patch Operation
	trace Operation
	query Operation 2+
	additionalOperations {Operation} 2+
	servers [Server]
	parameters [Parameter?]

Operation "Operation Object"
	tags [string]
	summary string
	description string
	externalDocs ExternalDocs
	operationId string
	parameters [Parameter?]
	requestBody RequestBody?
	responses! Responses 0
	responses Responses 1+
	callbacks {Callback?}
	deprecated bool
	security [SecurityRequirement]
	servers [Server]

ExternalDocs "External Documentation Object"
	description string
	url! uri

Parameter "Parameter Object"
	name! template 1+ in=path schema
	name! string
	in! =query,header,path,cookie 0-1
	in! =query,header,path,cookie,querystring 2+
	description string
	required! true in=path
	required bool
	deprecated bool
	allowEmptyValue bool 0
	allowEmptyValue bool 1+ in=query
	style =matrix,label,simple schema in=path
	style =simple schema in=header
	style =form,spaceDelimited,pipeDelimited,deepObject schema in=query
	style =form 0-1 schema in=cookie
	style =form,cookie 2+ schema in=cookie
	explode bool schema
	allowReserved bool 0 schema
	allowReserved bool 1 schema in=query
	allowReserved bool 2+ schema in=query
	allowReserved bool 2+ schema in=path
	allowReserved bool 2+ schema in=cookie !style
	allowReserved bool 2+ schema in=cookie style=form
	schema Schema? 0-1
	schema Schema? 2+ !in=querystring
	content {MediaType?;1}
	example any 0-1 schema
	example any 2+
	examples {Example?} 0-1 schema
	examples {Example?} 2+
	- one schema content
	- not example examples

RequestBody "Request Body Object"
	description string
	content! {MediaType?}
	required bool

MediaType "Media Type Object"
	description string 2+
	schema Schema?
	itemSchema Schema? 2+
	example any
	examples {Example?}
	encoding {Encoding}
	prefixEncoding [Encoding] 2+ !encoding
	itemEncoding Encoding 2+ !encoding
	- not example examples

Encoding "Encoding Object"
	contentType string
	headers {Header?}
	style =form,spaceDelimited,pipeDelimited,deepObject
	explode bool
	allowReserved bool
	encoding {Encoding} 2+
	prefixEncoding [Encoding] 2+ !encoding
	itemEncoding Encoding 2+ !encoding

Responses "Responses Object"
	default Response?
	### Response?
	- any default ###

Response "Response Object"
	summary string 2+
	description! string 0-1
	description string 2+
	headers {Header?}
	content {MediaType?}
	links {Link?}

Callback "Callback Object"
	x-* any
	* PathItem

Example "Example Object"
	summary string
	description string
	dataValue any 2+
	serializedValue string 2+
	externalValue uri
	value any
	- not value externalValue
	- not value dataValue 2+
	- not value serializedValue 2+
	- not serializedValue externalValue 2+

Link "Link Object"
	operationRef uri
	operationId string
	parameters {any}
	requestBody any
	description string
	server Server
	- one operationRef operationId

Header "Header Object"
	description string
	required bool
	deprecated bool
	allowEmptyValue bool 0
	style =simple schema
	explode bool schema
	allowReserved bool 0 schema
	schema Schema?
	content {MediaType?;1}
	example any 0-1 schema
	example any 2+
	examples {Example?} 0-1 schema
	examples {Example?} 2+
	- one schema content
	- not example examples

Tag "Tag Object"
	name! string
	summary string 2+
	description string
	externalDocs ExternalDocs
	parent string 2+
	kind string 2+

Reference "Reference Object" open
	$ref! uri
	summary string 1+
	description string 1+

SecurityScheme "Security Scheme Object"
	type! =apiKey,http,oauth2,openIdConnect 0
	type! =apiKey,http,mutualTLS,oauth2,openIdConnect 1+
	description string
	name! string type=apiKey
	in! =query,header,cookie type=apiKey
	scheme! string type=http
	bearerFormat string type=http scheme~bearer
	flows! OAuthFlows type=oauth2
	oauth2MetadataUrl uri 2+ type=oauth2
	openIdConnectUrl! uri type=openIdConnect
	deprecated bool 2+

OAuthFlows "OAuth Flows Object"
	implicit ImplicitFlow
	password PasswordFlow
	clientCredentials PasswordFlow
	authorizationCode CodeFlow
	deviceAuthorization DeviceFlow 2+

ImplicitFlow "OAuth Flow Object"
	authorizationUrl! uri
	refreshUrl uri
	scopes! {string}

PasswordFlow "OAuth Flow Object"
	tokenUrl! uri
	refreshUrl uri
	scopes! {string}

CodeFlow "OAuth Flow Object"
	authorizationUrl! uri
	tokenUrl! uri
	refreshUrl uri
	scopes! {string}

DeviceFlow "OAuth Flow Object"
	deviceAuthorizationUrl! uri
	tokenUrl! uri
	refreshUrl uri
	scopes! {string}

SecurityRequirement "Security Requirement Object" closed
	* [string]

Discriminator "Discriminator Object"
	propertyName! string
	mapping {string}
	defaultMapping string 2+

XML "XML Object"
	nodeType =element,attribute,text,cdata,none 2+
	name string
	namespace absolute
	prefix string
	attribute bool 0-1
	attribute bool 2+ !nodeType
	wrapped bool 0-1
	wrapped bool 2+ !nodeType
` + schemaTable

// schemaTable is the Schema Object: that of 3.0, which is a JSON Schema of its own kind, and that
// of later versions, which is JSON Schema 2020-12 and four members of OpenAPI.
//
// Source: OpenAPI 3.0.4, section "Schema Object"; JSON Schema 2020-12, Core sections 8 to 11, Validation sections 6 to 9.
const schemaTable = `
Schema "Schema Object" bool
	type =array,boolean,integer,number,object,string 0
	type =array,boolean,integer,null,number,object,string|[=array,boolean,integer,null,number,object,string;1u] 1+
	enum [any;1] 0
	enum [any] 1+
	const any 1+
	title string
	description string
	default any
	format string
	deprecated bool
	readOnly bool
	writeOnly bool
	nullable bool 0
	example any
	examples [any] 1+
	externalDocs ExternalDocs
	discriminator Discriminator
	xml XML
	multipleOf positive
	maximum number
	minimum number
	exclusiveMaximum bool 0
	exclusiveMaximum number 1+
	exclusiveMinimum bool 0
	exclusiveMinimum number 1+
	maxLength count
	minLength count
	pattern regexp
	items Schema?
	prefixItems [Schema;1] 1+
	contains Schema 1+
	maxContains count 1+
	minContains count 1+
	unevaluatedItems Schema 1+
	maxItems count
	minItems count
	uniqueItems bool
	properties {Schema?}
	patternProperties {Schema} 1+
	additionalProperties bool|Schema? 0
	additionalProperties Schema 1+
	propertyNames Schema 1+
	unevaluatedProperties Schema 1+
	dependentSchemas {Schema} 1+
	dependentRequired {[string;u]} 1+
	maxProperties count
	minProperties count
	required [string;1u] 0
	required [string;u] 1+
	not Schema?
	allOf [Schema?] 0
	anyOf [Schema?] 0
	oneOf [Schema?] 0
	allOf [Schema;1] 1+
	anyOf [Schema;1] 1+
	oneOf [Schema;1] 1+
	if Schema 1+
	then Schema 1+
	else Schema 1+
	contentEncoding string 1+
	contentMediaType string 1+
	contentSchema Schema 1+
	$ref uri 1+
	$defs {Schema} 1+
	$id id 1+
	$schema absolute 1+
	$anchor anchor 1+
	$dynamicRef uri 1+
	$dynamicAnchor anchor 1+
	$recursiveRef uri 1+
	$recursiveAnchor anchor 1+
	$vocabulary vocabulary 1+
	$comment string 1+
	definitions {Schema} 1+
	dependencies {Schema|[string;u]} 1+
`
