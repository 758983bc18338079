/** One series of a made-up Green Button feed: start in unix seconds, energy, length in seconds. */
export interface Flow {
  readonly direction: 1 | 19;
  readonly power?: number;
  readonly intervals: readonly (readonly [start: number, value: number | string, seconds?: number])[];
}

/** A Green Button feed as ESPI wants it: a usage point, and per series a MeterReading, its ReadingType and one block. */
export function feed(series: readonly Flow[], uom = 72, kind = 4): string {
  const entries = series.map(({ direction, power = 0, intervals }, i) => {
    const readings = intervals.map(
      ([start, value, seconds = 900]) => `          <espi:IntervalReading>
            <espi:timePeriod><espi:duration>${seconds}</espi:duration><espi:start>${start}</espi:start></espi:timePeriod>
            <espi:value>${value}</espi:value>
          </espi:IntervalReading>`,
    );
    const reading = `/espi/1_1/resource/UsagePoint/1/MeterReading/${i}`;
    return `  <entry>
    <link rel="self" href="${reading}"/>
    <link rel="up" href="/espi/1_1/resource/UsagePoint/1/MeterReading"/>
    <link rel="related" href="${reading}/IntervalBlock"/>
    <link rel="related" href="/espi/1_1/resource/ReadingType/${i}"/>
    <content><espi:MeterReading/></content>
  </entry>
  <entry>
    <link rel="self" href="/espi/1_1/resource/ReadingType/${i}"/>
    <content>
      <espi:ReadingType>
        <espi:accumulationBehaviour>${kind}</espi:accumulationBehaviour>
        <espi:commodity>1</espi:commodity>
        <espi:flowDirection>${direction}</espi:flowDirection>
        <espi:intervalLength>900</espi:intervalLength>
        <espi:powerOfTenMultiplier>${power}</espi:powerOfTenMultiplier>
        <espi:uom>${uom}</espi:uom>
      </espi:ReadingType>
    </content>
  </entry>
  <entry>
    <link rel="self" href="${reading}/IntervalBlock/0"/>
    <link rel="up" href="${reading}/IntervalBlock"/>
    <content>
      <espi:IntervalBlock>
${readings.join("\n")}
      </espi:IntervalBlock>
    </content>
  </entry>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">
  <title>Green Button Usage Feed</title>
  <entry>
    <link rel="self" href="/espi/1_1/resource/UsagePoint/1"/>
    <content><espi:UsagePoint><espi:ServiceCategory><espi:kind>0</espi:kind></espi:ServiceCategory></espi:UsagePoint></content>
  </entry>
${entries.join("\n")}
</feed>
`;
}
