// Sales by hour and store, drawn from the JSON beside it in the colours of the design tokens.
"use strict";

(() => {
  const place = document.getElementById("hours");
  const source = document.getElementById("hours-data");
  if (!place || !source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const unit = 10 ** data.digits;
  const money = new Intl.NumberFormat("en", { style: "currency", currency: data.currency });
  const short = new Intl.NumberFormat("en", {
    style: "currency", currency: data.currency, notation: "compact", maximumFractionDigits: 1,
  });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const resolve = (name) => {
    // A custom property may name another one: let the browser work the colour out.
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const chart = window.echarts.init(place, null, { renderer: "canvas" });

  const draw = () => {
    const font = "Inter, sans-serif";
    const last = data.stores.length - 1;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: font },
      color: data.stores.map((_, i) => resolve(`--s${i % 8}`)),
      grid: { left: 12, right: 12, top: 40, bottom: 4, containLabel: true },
      legend: {
        top: 0, left: 12, icon: "roundRect", itemWidth: 10, itemHeight: 10,
        textStyle: { color: colour("--tw-text2"), fontFamily: font },
      },
      tooltip: {
        trigger: "axis",
        // Drawn on the canvas: markup with style attributes would break the page's policy.
        renderMode: "richText",
        axisPointer: { type: "shadow", shadowStyle: { color: colour("--tw-mute"), opacity: 0.5 } },
        backgroundColor: colour("--tw-inverse"),
        borderWidth: 0,
        textStyle: { color: colour("--tw-on-inverse"), fontFamily: font, fontSize: 13 },
        valueFormatter: (value) => money.format(value / unit),
      },
      xAxis: {
        type: "category",
        data: data.hours.map((hour) => `${String(hour).padStart(2, "0")}:00`),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colour("--tw-border") } },
        axisLabel: { color: colour("--tw-text3"), fontSize: 11, fontFamily: font },
      },
      yAxis: {
        type: "value",
        splitLine: { lineStyle: { color: colour("--tw-border") } },
        axisLabel: {
          color: colour("--tw-text3"), fontSize: 11, fontFamily: font,
          formatter: (value) => short.format(value / unit),
        },
      },
      series: data.stores.map((store, i) => ({
        name: store.name, type: "bar", stack: "stores", data: store.minor, barMaxWidth: 34,
        itemStyle: { borderRadius: i === last ? [4, 4, 0, 0] : 0 },
      })),
    });
  };

  draw();
  window.addEventListener("resize", () => chart.resize());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.fonts?.ready.then(draw);
})();
