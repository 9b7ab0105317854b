package lending.mixd edition 1

enum Other { a, b }
