package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { text: string }
  result { text: 'adult' }
//               ^^^^^^^ error[PAC1005]: these quotes do not hold text
//               = label: text stands in straight double quotes
//               = fix: write `"adult"`: "'adult'" -> ""adult""
}
