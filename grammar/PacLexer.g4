// The words and signs of the language. No target code, no predicates, no modes: the file is data.
// It is fed bytes, not code points (grammar/README.md): every byte of a character beyond ASCII matches
// the negated sets below, and only they and UNKNOWN do.
lexer grammar PacLexer;

// Reserved: these begin or join expressions and can never be names.
AND: 'and'; OR: 'or'; NOT: 'not'; IN: 'in'; IS: 'is'; IF: 'if'; ELSE: 'else'; TRUE: 'true'; FALSE: 'false';

// Words with a meaning in one place and names everywhere else (parser rule `name`). PACKAGE must stay
// the first and TIME_UNIT the last of them: the adapter asks for the range.
PACKAGE: 'package'; EDITION: 'edition'; USE: 'use'; ENUM: 'enum'; ORDERED: 'ordered'; RECORD: 'record';
PARAM: 'param'; DECISION: 'decision'; PARTIAL: 'partial'; PRIVATE: 'private'; OBLIGATION: 'obligation';
ADVICE: 'advice'; TEST: 'test';
INPUT: 'input'; OUTPUT: 'output'; CONTEXT: 'context'; FEATURE: 'feature'; FEATURES: 'features'; OF: 'of';
LET: 'let'; ASSUME: 'assume'; RESULT: 'result'; RULES: 'rules'; RULE: 'rule'; TABLE: 'table'; WHEN: 'when';
THEN: 'then'; OTHERWISE: 'otherwise';
UNIQUE: 'unique'; FIRST: 'first'; BY: 'by'; PRIORITY: 'priority'; OUTCOME: 'outcome'; HIGHEST: 'highest';
COLLECT: 'collect'; WITH: 'with'; EXCEPTIONS: 'exceptions'; DENY_OVERRIDES: 'deny_overrides';
PERMIT_OVERRIDES: 'permit_overrides';
OVERRIDES: 'overrides'; EFFECTIVE: 'effective'; FROM: 'from'; TO: 'to'; OBLIGE: 'oblige'; ADVISE: 'advise';
MAY_USE: 'may_use'; CITES: 'cites'; EXPLAIN: 'explain';
GIVEN: 'given'; EXPECT: 'expect'; AS_OF: 'as_of'; CASES: 'cases'; REFUSED: 'refused'; NO_MATCH: 'no_match';
ERROR: 'error'; PARAMS: 'params';
ZONE: 'zone'; FOR: 'for'; EACH: 'each'; WHERE: 'where'; AT: 'at';
ANY: 'any'; ALL: 'all'; NONE: 'none'; COUNT: 'count'; LIST: 'list'; SET: 'set';
DEFAULT: 'default'; MISSING: 'missing'; PRESENT: 'present';
STARTS_WITH: 'starts_with'; ENDS_WITH: 'ends_with'; CONTAINS: 'contains'; MATCHES: 'matches';
INTERSECTS: 'intersects'; SUBSET_OF: 'subset_of';
MAX: 'max'; ITEMS: 'items'; CHARS: 'chars'; DECIMAL_T: 'decimal'; UNIT: 'unit'; MAX_AGE: 'max_age';
TIME_UNIT: 'days' | 'hours' | 'minutes' | 'seconds';

IDENT: [a-zA-Z_] [a-zA-Z0-9_]*;

DATETIME: D D D D '-' D D '-' D D 'T' D D ':' D D (':' D D ('.' D+)?)? 'Z';
DATE: D D D D '-' D D '-' D D;
DECIMAL: D [0-9_]* '.' D [0-9_]*;
INT: D [0-9_]*;
fragment D: [0-9];

STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';

ARROW: '=>'; EQ: '=='; NE: '!='; LE: '<='; GE: '>='; LT: '<'; GT: '>';
// Both ends, without the upper, without the lower, without both.
RANGE: '..'; RANGE_UPPER_OPEN: '..<'; RANGE_LOWER_OPEN: '<..'; RANGE_OPEN: '<..<';
QUESTION: '?'; DOT: '.'; PLUS: '+'; MINUS: '-'; STAR: '*'; SLASH: '/'; ASSIGN: '=';
LPAREN: '('; RPAREN: ')'; LBRACE: '{'; RBRACE: '}'; LBRACK: '['; RBRACK: ']';
COMMA: ','; COLON: ':'; BAR: '|'; AT_SIGN: '@';

// Four slashes are an ordinary comment: a line of them is a ruler, not documentation.
DOC: '///' (~[/\r\n] ~[\r\n]*)? -> channel(2);
COMMENT: '//' ~[\r\n]* -> channel(2);
// Hidden; between lexer and parser a filter turns some line ends into ROW_END.
NL: '\r'? '\n' -> channel(HIDDEN);
WS: [ \t]+ -> skip;

// Never in a correct program; named so that the messages can be good.
UNCLOSED_STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '\\'?;
SINGLE_QUOTED: '\'' ~['\r\n]* '\'';
UNKNOWN: . ;
