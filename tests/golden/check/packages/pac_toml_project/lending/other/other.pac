package lending.other edition 1

enum Band { low, high }
