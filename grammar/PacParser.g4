// The grammar of the language, with no actions and no predicates. `file` is the whole of it; the adapter
// calls `packageDecl`, `field`, `row` and other parts one at a time, so that a mistake in one of them does
// not spoil the next (compiler/parse/README.md). README.md says why things are as they are.
parser grammar PacParser;
options { tokenVocab = PacLexer; }
tokens { ROW_END }

file: packageDecl useDecl* item* EOF;
packageDecl: PACKAGE path (EDITION INT)?;
useDecl: USE path;

item: annotation* (cites | modifier* declaration);
modifier: PRIVATE | PARTIAL | ORDERED;
declaration
  : enumHead (enumValue (COMMA enumValue)* COMMA?)? RBRACE
  | recordHead fields
  | dutyHead fields
  | paramHead cites* paramLine* RBRACE
  | decisionHead decisionItem* RBRACE
  | testHead (LBRACE testItem* RBRACE | CASES LBRACE (header caseRow*)? RBRACE)
  ;

// Names, annotations, citations.

path: name (DOT name)*;
annotation: AT_SIGN name (LPAREN (arg (COMMA arg)* COMMA?)? RPAREN)?;
cites: CITES name STRING citePart*;
citePart: name STRING;

// Types.

enumHead: ENUM name LBRACE;
enumValue: name STRING?;
recordHead: RECORD name LBRACE;
dutyHead: (OBLIGATION | ADVICE) name LBRACE;
paramHead: PARAM name COLON type LBRACE;
paramLine: FROM DATE COLON expr cites*;

// What follows the opening brace of a record, an obligation, `input` or `output`.
fields: (field (COMMA? field)* COMMA?)? RBRACE;
field: name COLON type annotation*;

type: baseType QUESTION? (UNIT name)? domain*;
// Inside `<…>` a bare `>` closes, so an element has no domain that begins with it; `>=` is one sign.
elementType: baseType QUESTION? (UNIT name)? elementDomain*;
baseType
  : DECIMAL_T LPAREN INT RPAREN
  | (LIST | SET) LT elementType GT
  | typePath
  ;
// `list`, `set` and `decimal` alone are no types: if they were, `list < …` could be a domain, and every
// `<` would have to be read to its end to know.
typePath: typeName (DOT name)*;
domain: GT bound | elementDomain;
elementDomain
  : IN domainPart (COMMA domainPart)*
  | (GE | LE | LT) bound
  | MATCHES STRING
  | MAX INT (ITEMS | CHARS)
  ;
domainPart: bound (rangeOp bound)? | LBRACE (bound (COMMA bound)* COMMA?)? RBRACE;
// A constant: domains and rankings are part of a type and of a policy, they compute nothing.
bound: MINUS? (INT | DECIMAL) | INT TIME_UNIT | DATE | DATETIME | STRING | TRUE | FALSE | boundPath;
boundPath: ref (DOT name)*;
rangeOp: RANGE | RANGE_UPPER_OPEN | RANGE_LOWER_OPEN | RANGE_OPEN;

// Decisions.

decisionHead: DECISION name LBRACE;
decisionItem
  : fieldsHead fields
  | contextHead (contextItem (COMMA? contextItem)* COMMA?)? RBRACE
  | feature
  | let
  | assume
  | mayUse
  | result
  | rulesHead ruleItem* RBRACE
  | tableHead (header tableItem*)? RBRACE
  | annotation
  | cites
  ;
fieldsHead: (INPUT | OUTPUT) LBRACE;
contextHead: CONTEXT LBRACE;
contextItem: ZONE STRING | field;
feature: FEATURE name COLON type annotation* OF expr (MAX_AGE INT TIME_UNIT)?;
let: LET name (COLON type)? ASSIGN expr;
assume: ASSUME expr;
// One citation: a second one in a row belongs to the decision or the rule.
mayUse: MAY_USE path cites;
result: RESULT expr;
rulesHead: RULES policy LBRACE;
tableHead: TABLE policy LBRACE;

policy
  : UNIQUE (WITH EXCEPTIONS)?
  | ANY
  | FIRST
  | BY PRIORITY
  | ranking
  | COLLECT LIST ranking?
  | COLLECT fold (COMMA fold)*
  | DENY_OVERRIDES
  | PERMIT_OVERRIDES
  ;
// `by outcome routing: decline, refer, accept` and, after a comma, the next `column:`.
ranking
  : BY OUTCOME rankValue (COMMA rankValue)*
  | BY HIGHEST name (COMMA name)*
  ;
rankValue: (name COLON)? bound;
fold: name ASSIGN name LPAREN name? RPAREN;

ruleItem: annotation* (ruleDecl | otherwise);
ruleDecl: RULE name ruleMark* LBRACE (WHEN expr)? (THEN expr)? clause* RBRACE;
ruleMark
  : PRIORITY MINUS? INT
  | OVERRIDES name (COMMA name)*
  | EFFECTIVE FROM DATE (TO DATE)?
  | FOR EACH name IN postfix
  ;
otherwise: OTHERWISE expr clause*;
clause
  : cites
  | EXPLAIN explanation+
  | (OBLIGE | ADVISE) name record
  | mayUse
  ;
explanation: language STRING;
language: name (MINUS (name | INT))*;

// Tables. ROW_END comes from the filter.

header: expr (BAR expr)* ARROW path (BAR path)* ROW_END;
tableItem: annotation* (row | tableOtherwise);
row: (name COLON)? cell (BAR cell)* ARROW expr (BAR expr)* rowClause* ROW_END;
tableOtherwise: OTHERWISE (expr | ARROW expr (BAR expr)*) clause* ROW_END;
rowClause: cites | EXPLAIN explanation+;
cell
  : MINUS
  | NOT LPAREN cellTest (COMMA cellTest)+ RPAREN
  | NOT cellTest
  | cellTest (COMMA cellTest)*
  ;
cellTest
  : compareOp sum
  | IN membership
  | textOp operand
  | sum (rangeOp sum)?
  | PRESENT
  ;

// Tests.

testHead: TEST name STRING;
testItem
  : GIVEN record
  | FEATURES LBRACE (featureValue (COMMA featureValue)* COMMA?)? RBRACE
  | PARAMS record
  | CONTEXT record
  | AS_OF DATE
  | EXPECT expected expectMark*
  ;
// `credit_score: 720 at 2026-02-20T00:00:00Z`: the `at` is the operator of expressions.
featureValue: path COLON expr;
expected
  : ERROR STRING
  | NO_MATCH
  | REFUSED path
  | IDENT
  | record
  | LBRACK (record (COMMA record)* COMMA?)? RBRACK
  ;
expectMark: (BY | WITH) name (COMMA name)*;
caseRow: caseCell (BAR caseCell)* ARROW caseCell (BAR caseCell)* ROW_END;
caseCell: MINUS | OTHERWISE | expr;

// Expressions. `not` binds tighter than `and`, `and` tighter than `or`; a quantifier, and the `else` of an
// `if`, reach as far to the right as they can.

expr
  : NOT expr
  | expr AND expr
  | expr OR expr
  | (ANY | ALL | NONE) name IN postfix COLON expr
  | IF expr THEN expr ELSE expr
  | comparison
  ;
comparison
  : sum (compareOp sum | IN membership | IS (PRESENT | MISSING) | textOp operand)?
  ;
compareOp: EQ | NE | LT | LE | GT | GE;
textOp: STARTS_WITH | ENDS_WITH | CONTAINS | MATCHES | INTERSECTS | SUBSET_OF;
membership: sum (rangeOp sum)?;
sum: product ((PLUS | MINUS) product)*;
product: coalesced ((STAR | SLASH) coalesced)*;
coalesced: operand (DEFAULT operand)*;
operand: MINUS operand | postfix (AT postfix)?;
postfix
  : callee (LPAREN arguments? RPAREN (DOT name)*)?
  | COUNT LPAREN name IN postfix (WHERE expr)? RPAREN
  | COUNT (DOT name)*
  | literal
  | group (DOT name)*
  ;
callee: plainName (DOT name)*;
literal: INT TIME_UNIT | INT | DECIMAL | DATE | DATETIME | STRING | TRUE | FALSE | MISSING;
group
  : LPAREN expr RPAREN
  | LBRACK (expr (COMMA expr)* COMMA?)? RBRACK
  | record
  | setLit
  ;
arguments: arg (FOR name IN postfix (WHERE expr)? | (COMMA arg)* COMMA?);
arg: (name COLON)? expr;
record: LBRACE (entry (COMMA entry)* COMMA?)? RBRACE;
entry: name COLON expr;
setLit: LBRACE expr (COMMA expr)* COMMA? RBRACE;

// A declaration, a label or a field after a dot may have any word but the nine reserved ones. What begins
// an operand may not be `missing`, `present` or `otherwise`, which mean something there; a field of such a
// name is reached as `input.missing`. `count(` is always the fold.
name: ref | MISSING | PRESENT | OTHERWISE;
ref: plainName | COUNT;
plainName: word | LIST | SET | DECIMAL_T;
typeName: word | COUNT | MISSING | PRESENT | OTHERWISE;
word
  : IDENT
  | PACKAGE | EDITION | USE | ENUM | ORDERED | RECORD | PARAM | DECISION | PARTIAL | PRIVATE | OBLIGATION
  | ADVICE | TEST | INPUT | OUTPUT | CONTEXT | FEATURE | FEATURES | OF | LET | ASSUME | RESULT | RULES
  | RULE | TABLE | WHEN | THEN | UNIQUE | FIRST | BY | PRIORITY | OUTCOME | HIGHEST | COLLECT | WITH
  | EXCEPTIONS | DENY_OVERRIDES | PERMIT_OVERRIDES | OVERRIDES | EFFECTIVE | FROM | TO | OBLIGE | ADVISE
  | MAY_USE | CITES | EXPLAIN | GIVEN | EXPECT | AS_OF | CASES | REFUSED | NO_MATCH | ERROR | PARAMS | ZONE
  | FOR | EACH | WHERE | AT | ANY | ALL | NONE | DEFAULT | STARTS_WITH | ENDS_WITH | CONTAINS
  | MATCHES | INTERSECTS | SUBSET_OF | MAX | ITEMS | CHARS | UNIT | MAX_AGE | TIME_UNIT
  ;
