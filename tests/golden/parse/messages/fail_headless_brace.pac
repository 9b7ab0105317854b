package examples edition 1

decision d {
  input { n: int in 0 .. 9 }
  output { m: int }
  {
//^ error[PAC1013]: this `{` is never closed
// = label: opened here
  result { m: n }
}
test d "x" { given { n: 1 } expect { m: 1 } }
//@1 ---- also[PAC1013]: the next declaration begins here
