/// The speed of light in km/s, exact by definition of the metre (SI brochure, 9th edition).
public let speedOfLight = 299_792.458

/// The Hubble distance c/H₀ in Mpc for H₀ = 100 km/s/Mpc; divide by h for another.
public let hubbleDistance = speedOfLight / 100
