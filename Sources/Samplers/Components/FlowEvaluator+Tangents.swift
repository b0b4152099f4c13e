extension FlowEvaluator {
  /// C_q = J_q Σ₀ J_qᵀ at the end points of base points, one matrix after the other; positions and momenta hold the base
  /// points, and then the end points.
  ///
  /// A tangent for each of the 2 D directions of the base, one standard deviation long; those of positions take along the
  /// momenta that the encoder makes of the same deviates.
  func localCovariances(_ number: Int) -> [Double] {
    let dimension = flow.dimension
    weighBase()
    let responses = encoderResponses()
    let deviations = baseDeviations
    push()
    var covariances = [Double](repeating: 0, count: number * dimension * dimension)
    for direction in 0..<2 * dimension {
      let (position, momentum) = score
      position.clear()
      momentum.clear()
      if direction < dimension {
        for n in 0..<count {
          position[direction, n] = deviations[direction]
          for i in 0..<dimension {
            momentum[i, n] =
              deviations[direction] * responses[(i * dimension + direction) * count + n]
          }
        }
      } else {
        addEncoderScales(column: direction - dimension, to: momentum)
      }
      transport(position, momentum)
      for n in 0..<number {
        for i in 0..<dimension {
          for j in 0..<dimension {
            covariances[(n * dimension + i) * dimension + j] +=
              Double(position[i, n]) * Double(position[j, n])
          }
        }
      }
    }
    return covariances
  }

  /// ∂pᵢ/∂qⱼ of momenta that are made of given deviates, point by point for each i and j.
  private func encoderResponses() -> [Scalar] {
    let dimension = flow.dimension
    var responses = [Scalar](repeating: 0, count: dimension * dimension * count)
    guard flow.encoder.isLearned else { return responses }
    let (position, momentum) = score
    for i in 0..<dimension {
      momentum.clear()
      position.clear()
      for n in 0..<count { momentum[i, n] = 1 }
      addEncoderAdjoint(ofPlacing: momentum, to: position)
      for j in 0..<dimension {
        for n in 0..<count { responses[(i * dimension + j) * count + n] = position[j, n] }
      }
    }
    return responses
  }

  /// ∇∇V of a Hamiltonian at the positions, one matrix after the other.
  func potentialHessians(ofBlock index: Int, _ number: Int) -> [Double] {
    let dimension = flow.dimension
    var hessians = [Double](repeating: 0, count: number * dimension * dimension)
    let (direction, product) = score
    for j in 0..<dimension {
      direction.clear()
      product.clear()
      for n in 0..<count { direction[j, n] = 1 }
      addPotentialHessian(ofBlock: index, times: direction, to: product)
      for n in 0..<number {
        for i in 0..<dimension {
          hessians[(n * dimension + i) * dimension + j] = Double(product[i, n])
        }
      }
    }
    return hessians
  }
}
