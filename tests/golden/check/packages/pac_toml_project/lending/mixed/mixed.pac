package lending.mixed edition 1

enum Mixed { a, b }
